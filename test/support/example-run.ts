/**
 * Runs examples of the documentation in a session as the shell has it, on a manual clock. Each example finds anew what the
 * table below names. A line without a comment must type-check and run; `// …` after a line (or on a line of its own below)
 * says what comes of it: a value as the prompt shows it, a type, `SparkError [CODE]`, `error TS2684`, or, where the line
 * is a stream, the records of its batches, one after another from the first.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { SteppableClock } from '#src/core/steppable-clock.js'
import { EventBus } from '#src/core/events.js'
import { surroundings } from '#src/core/wiring.js'
import { DStream, Seconds, SparkContext, SparkError, StreamingContext } from '#src/index.js'
import * as tspark from '#src/index.js'
import * as testing from '#src/testing/index.js'
import { Session, type Outcome } from '#src/repl/session.js'
import { renderPlain } from '#src/repl/render.js'

const NUM_BATCHES = 4

/** Records of each batch, then none. */
const STREAMS = {
  lines: ['string', [['to be', 'to go'], [], ['be']]],
  words: ['string', [['to', 'be', 'to'], [], ['be']]],
  numbers: ['number', [[3, 1, 2], [], [5]]],
  pairs: ['[string, number]', [[['a', 1], ['b', 2], ['a', 3]], [], [['b', 4]]]],
  colors: ['[string, string]', [[['a', 'red']], [], [['b', 'blue'], ['c', 'green']]]],
} as const

/** Rows of RDDs, in two partitions. */
const RDDS = {
  rdd: ['number', [3, 1, 2]],
  letters: ['string', ['b', 'a', 'b']],
  scores: ['[string, number]', [['a', 1], ['b', 2], ['a', 3]]],
  teams: ['[string, string]', [['a', 'red'], ['c', 'green']]],
} as const

const NAMES = ['sc', 'ssc', 'clock', 'dir', ...Object.keys(STREAMS), ...Object.keys(RDDS)]

const DECLARATIONS = `
export * from 'tspark'
export { runBatches, testOperation, operationTester, replaySession } from 'tspark/testing'
import { DStream, RDD, SparkContext, SteppableClock, StreamingContext } from 'tspark'
export declare function test(name: string, body: () => Promise<void>): void
export declare function fresh(): { sc: SparkContext, ssc: StreamingContext, clock: SteppableClock, dir: string,
  ${Object.entries(STREAMS).map(([name, [type]]) => `${name}: DStream<${type}>`).join(', ')},
  ${Object.entries(RDDS).map(([name, [type]]) => `${name}: RDD<${type}>`).join(', ')} }`

interface Chunk { readonly code: string; readonly expected: string | undefined }

export class ExampleRun {
  readonly #dir = mkdtempSync(join(tmpdir(), 'tspark-docs-'))
  readonly #registered: (() => Promise<void>)[] = []
  readonly #session: Session
  #sc = new SparkContext('local[2]', 'docs', new EventBus())
  #ssc: StreamingContext | undefined
  #count = 0

  constructor() {
    const test = (_: string, body: () => Promise<void>): void => { this.#registered.push(body) }
    ;(globalThis as { test?: unknown }).test = test
    const { ManualClock: _, ...helpers } = testing
    this.#session = new Session({ locale: 'en', prelude: { values: { ...tspark, ...helpers, test, fresh: () => this.#fresh() }, declarations: DECLARATIONS } })
  }

  /** What differs from what the example says; empty when all is true. */
  async run(example: string): Promise<string[]> {
    const wrong: string[] = []
    const streams: { chunk: Chunk; batches: unknown[][] }[] = []
    await this.#evaluate(`const { ${NAMES.join(', ')} } = fresh()`)
    const failures: unknown[] = []
    const unheard = this.#sc.events.on('batchCompleted', ({ error }) => { if (error) failures.push(error) })
    for (const chunk of chunksOf(example)) {
      const outcome = await this.#evaluate(chunk.code)
      const value = outcome.kind === 'done' ? outcome.value?.value : undefined
      if (value instanceof DStream && chunk.expected && !typesOf(outcome).includes(chunk.expected)) streams.push({ chunk, batches: gathered(value) })
      else wrong.push(...difference(chunk, said(outcome)))
    }
    await this.#batches()
    for (const { chunk, batches } of streams) wrong.push(...difference(chunk, [batches.map(shown).join(', ')], true))
    for (const body of this.#registered.splice(0)) await body()
    unheard()
    return [...wrong, ...failures.map(error => `a batch failed: ${String(error)}`)]
  }

  async close(): Promise<void> {
    await StreamingContext.getActive()?.stop(false)
    await this.#session.close()
    await this.#sc.stop()
    delete (globalThis as { test?: unknown }).test
    rmSync(this.#dir, { recursive: true, force: true })
  }

  async #evaluate(code: string): Promise<Outcome> { return this.#session.evaluate(code) }

  #fresh(): Record<string, unknown> {
    if (this.#sc.isStopped) this.#sc = new SparkContext('local[2]', 'docs', new EventBus())
    const clock = surroundings.clock = new SteppableClock()
    clock.manual()
    const ssc = this.#ssc = new StreamingContext(this.#sc, Seconds(1))
    const dir = mkdtempSync(join(this.#dir, `${this.#count++}-`))
    writeFileSync(join(dir, 'poem.txt'), 'to be\nor not\n')
    const streams = Object.entries(STREAMS).map(([name, [, batches]]) => [name, ssc.queueStream<unknown>(batches.map(rows => this.#sc.parallelize<unknown>(rows, 2)))])
    const rdds = Object.entries(RDDS).map(([name, [, rows]]) => [name, this.#sc.parallelize<unknown>(rows, 2)])
    return { sc: this.#sc, ssc, clock, dir, ...Object.fromEntries([...streams, ...rdds]) }
  }

  /** Lets the batches pass, if the example has left something to do in them. */
  async #batches(): Promise<void> {
    const ssc = StreamingContext.getActive() ?? this.#ssc!
    try { if (ssc.getState() === 'INITIALIZED') ssc.start() } catch (error) { if (!(error instanceof SparkError && error.code === 'NO_OUTPUT_OPERATIONS')) throw error }
    for (let i = 0; i < NUM_BATCHES && ssc.getState() === 'ACTIVE'; i++) {
      if (!ssc.clock.isManual) ssc.clock.manual()
      ssc.clock.advance(ssc.batchDuration.milliseconds)
      await ssc.idle()
    }
    await StreamingContext.getActive()?.stop(false)
  }
}

function gathered(stream: DStream<unknown>): unknown[][] {
  const batches: unknown[][] = []
  stream.foreachRDD(async rdd => { batches.push(await rdd.collect()) })
  return batches
}

/** A statement may go on in lines that are indented or begin with a closing bracket or a dot. */
function chunksOf(example: string): Chunk[] {
  const chunks: Chunk[] = []
  let code: string[] = []
  const end = (expected: string | undefined): void => {
    if (code.length) chunks.push({ code: code.join('\n'), expected })
    code = []
  }
  for (const line of example.split('\n')) {
    const [, text, comment] = /^(.*?)(?:(?:^|\s+)\/\/ (.*))?$/.exec(line)!
    if (text!.trim()) code.push(text!)
    if (comment !== undefined) end(comment.trim())
  }
  end(undefined)
  return chunks
}

function difference({ code, expected }: Chunk, actual: readonly string[], isStart = false): string[] {
  if (expected === undefined) return /^(SparkError|\w*Error|error|incomplete|interrupted)/.test(actual[0] ?? '') ? [`${code}\n  gave: ${actual[0]}`] : []
  const holds = actual.some(text => text === expected || isStart && text.startsWith(`${expected}, `))
  return holds ? [] : [`${code}\n  says:  ${expected}\n  gives: ${actual.join('  or  ')}`]
}

function said(outcome: Outcome): string[] {
  switch (outcome.kind) {
    case 'done': return [...outcome.value ? [shown(outcome.value.value)] : ['undefined'], ...typesOf(outcome)]
    case 'failed': return [outcome.error instanceof SparkError ? `SparkError [${outcome.error.code}]` : String(outcome.error)]
    case 'refused': return outcome.diagnostics.map(({ code, message }) => `error TS${code}${code ? '' : ` ${message}`}`)
    default: return [outcome.kind]
  }
}

const typesOf = (outcome: Outcome): string[] => outcome.kind === 'done' ? [...outcome.value ? [outcome.value.type] : [], ...outcome.bindings.map(({ type }) => type)] : []

const shown = (value: unknown): string => renderPlain(value, { colors: pc.createColors(false), columns: () => 100_000 }).replace(/\s+/g, ' ')

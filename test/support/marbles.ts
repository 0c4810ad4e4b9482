/**
 * Pictures of streams as docs/operators.md draws them: a fence of `text` whose first row is `time`, rows of input batches, then
 * code and, below each stream that it makes, what its batches hold. Each column is a batch; records stand apart by a comma and a
 * blank, `–` is a time without an RDD. Each picture is run in a session as the shell has it, on one executor, with one
 * partition and a manual clock, and drawn anew from what came of it: a true picture is its own drawing.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBus } from '#src/core/events.js'
import { format } from '#src/core/format.js'
import { DStream, ManualClock, Seconds, SparkContext, StreamingContext } from '#src/index.js'
import * as tspark from '#src/index.js'
import { Session } from '#src/repl/session.js'
import { batchesSource } from '#src/sources/batches.js'

const NO_RDD = '–'

/** A row is inputs or results by where it stands; `label` is an input's name, or `prints` or `saves` below an output operation. */
type Line = { readonly kind: 'row'; readonly label: string; readonly cells: readonly string[] } | { readonly kind: 'code'; readonly text: string }

export interface Picture { readonly name: string; readonly text: string }

/** The pictures of a text, each named for its first line of code. */
export function picturesIn(markdown: string): Picture[] {
  return [...markdown.matchAll(/```text\n(time +\|[^]*?)\n```/g)].map(([, text]) => ({ name: text!.split('\n').find(line => !isRow(line) && line !== '') ?? text!, text: text! }))
}

export class PictureRun {
  readonly #sc = new SparkContext('local[1]', 'pictures', new EventBus())
  readonly #dir = mkdtempSync(join(tmpdir(), 'tspark-pictures-'))
  readonly #session = new Session({ locale: 'en', prelude: {
    values: { ...tspark, sc: this.#sc, input: (name: string) => this.#inputs.get(name), console: { log: (...words: unknown[]) => { this.#printed.push(words.join(' ')) } } },
    declarations: `export * from 'tspark'\nimport { DStream, SparkContext } from 'tspark'\nexport declare const sc: SparkContext\nexport declare function input<T>(name: string): DStream<T>\nexport declare const console: { log(...words: unknown[]): void }`,
  } })
  readonly #inputs = new Map<string, DStream<unknown>>()
  #printed: string[] = []
  #count = 0

  /** The same picture as it is in truth. */
  async draw(text: string): Promise<string> {
    const lines = linesOf(text)
    const inputs = lines.slice(1, lines.findIndex(({ kind }) => kind === 'code')).filter(line => line.kind === 'row')
    const numBatches = inputs[0]!.cells.length
    const clock = new ManualClock(0)
    const ssc = new StreamingContext(this.#sc, Seconds(1), { clock })
    const dir = join(this.#dir, String(this.#count++))
    mkdirSync(dir)
    ssc.checkpoint(join(this.#dir, 'checkpoints', String(this.#count)))
    for (const { label, cells } of inputs) {
      this.#inputs.set(label, ssc.inputStream(batchesSource({ batches: cells.map(records), numPartitions: 1 })))
      await this.#evaluate(`const ${label} = input<${typeIn(cells)}>('${label}')`)
    }
    const drawn: Line[] = [{ kind: 'row', label: 'time', cells: inputs[0]!.cells.map((_, i) => `${i + 1} s`) }, ...inputs]
    const effects: Record<string, string[]> = { prints: [], saves: [] }
    for (const { code, label } of chunksOf(lines)) {
      const value = await this.#evaluate(code.join('\n').replaceAll("'out/", `'${dir}/`))
      const cells = value instanceof DStream ? gathered(value, numBatches) : effects[label]
      if (!cells) throw new Error(`${code.join('\n')}\ngives no stream, and its row is neither prints nor saves`)
      drawn.push(...code.map((line): Line => ({ kind: 'code', text: line })), { kind: 'row', label, cells }) // cells fill as the batches pass
    }
    await this.#batches(ssc, clock, numBatches, () => {
      effects.prints!.push(this.#printed.splice(0).join(', '))
      effects.saves!.push(savedIn(dir, clock.now()).join(', '))
    })
    return render(drawn)
  }

  async close(): Promise<void> {
    await this.#session.close()
    await this.#sc.stop()
    rmSync(this.#dir, { recursive: true, force: true })
  }

  async #batches(ssc: StreamingContext, clock: ManualClock, count: number, after: () => void): Promise<void> {
    const failures: unknown[] = []
    const unheard = [
      this.#sc.events.on('batchCompleted', ({ error }) => { if (error) failures.push(error) }),
      this.#sc.events.on('printed', ({ lines, more }) => { this.#printed.push(...lines, ...more ? ['...'] : []) }),
    ]
    ssc.start()
    for (let i = 0; i < count; i++) {
      clock.advance(1000)
      await ssc.idle()
      after()
    }
    await ssc.stop(false)
    for (const stop of unheard) stop()
    if (failures.length) throw failures[0]
  }

  async #evaluate(code: string): Promise<unknown> {
    const outcome = await this.#session.evaluate(code)
    if (outcome.kind === 'done') return outcome.value?.value
    throw new Error(`${code}\n${outcome.kind === 'failed' ? String(outcome.error) : JSON.stringify(outcome)}`)
  }
}

const isRow = (line: string): boolean => /^\w* *\|.*\|$/.test(line)

function linesOf(text: string): Line[] {
  return text.split('\n').filter(line => line !== '').map(line => {
    if (!isRow(line)) return { kind: 'code', text: line }
    const [label, ...cells] = line.slice(0, -1).split('|')
    return { kind: 'row', label: label!.trim(), cells: cells.map(cell => cell.trim()) }
  })
}

/** Code, and the label of the row below it; code without a row (a declaration) goes with what comes next. */
function chunksOf(lines: readonly Line[]): { code: string[]; label: string }[] {
  const chunks: { code: string[]; label: string }[] = []
  let code: string[] = []
  for (const line of lines)
    if (line.kind === 'code') code.push(line.text)
    else if (code.length) { chunks.push({ code, label: line.label }); code = [] }
  return chunks
}

const records = (cell: string): unknown[] => cell === '' ? [] : cell.split(', ').map(record)

function record(text: string): unknown {
  if (/^\(.*\)$/.test(text)) return text.slice(1, -1).split(',').map(record)
  return /^-?\d+$/.test(text) ? Number(text) : text
}

const typeIn = (cells: readonly string[]): string => typeOf(cells.flatMap(records)[0])
const typeOf = (value: unknown): string => Array.isArray(value) ? `[${value.map(typeOf).join(', ')}]` : typeof value

function gathered(stream: DStream<unknown>, numBatches: number): string[] {
  const cells = Array.from({ length: numBatches }, () => NO_RDD)
  stream.foreachRDD(async (rdd, time) => { cells[time.milliseconds / 1000 - 1] = (await rdd.collect()).map(format).join(', ') })
  return cells
}

/** `words-1000: to, be` for what was written at that time. */
function savedIn(dir: string, timeMs: number): string[] {
  return readdirSync(dir).filter(name => name.includes(`-${timeMs}`)).sort().map(name => {
    const parts = readdirSync(join(dir, name)).filter(part => part.startsWith('part-')).sort()
    return `${name}: ${parts.flatMap(part => readFileSync(join(dir, name, part), 'utf8').split('\n').filter(Boolean)).join(' ')}`.trim()
  })
}

/** Columns as wide as their widest cell. */
function render(lines: readonly Line[]): string {
  const rows = lines.filter(line => line.kind === 'row')
  const labels = Math.max(...rows.map(({ label }) => label.length))
  const widths = rows[0]!.cells.map((_, i) => Math.max(...rows.map(({ cells }) => cells[i]?.length ?? 0)))
  const drawn = lines.map(line => line.kind === 'code' ? line.text : `${line.label.padEnd(labels)} |${widths.map((width, i) => ` ${(line.cells[i] ?? '').padEnd(width)} `).join('|')}|`)
  return drawn.flatMap((line, i) => lines[i]!.kind === 'code' && lines[i - 1]!.kind === 'row' ? ['', line] : [line]).join('\n')
}


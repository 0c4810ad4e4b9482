/**
 * Runs compiled lines: strict script code in the main context, over cells, so that `instanceof` works and functions read as typed.
 *
 * Ctrl-C reaches a line in two ways. While it runs synchronously, V8 itself breaks it (breakOnSigint; the shell leaves raw mode for that
 * moment, else ^C is only a byte). While it waits, for its imports or at an await, interrupt() ends the wait and cancels the job that was
 * waited for. Code that goes on synchronously *after* an await cannot be broken: nothing then watches the signal.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { JobPromise } from '../core/job-promise.js'
import { label, settling } from '../core/describe.js'
import { registerSource } from '../core/source-text.js'
import type { SourceText } from '../core/source-text.js'
import { beginLine } from '../core/transaction.js'
import { importUser, registerLoader } from '../loader/loader.js'
import { CellStore } from './cell-store.js'
import type { Changes } from './live-changes.js'
import type { Compiled } from './compiler/protocol.js'
import { toUserPosition } from './compiler/edits.js'
import type { EvaluateOptions, Preluded } from './outcome.js'

export type Ran =
  | { readonly kind: 'done'; readonly value: unknown; readonly changes: Changes }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** `finished`: only the last statement was still waiting, so all that stands before it holds. */
  | { readonly kind: 'interrupted'; readonly finished: boolean }

export interface Line extends EvaluateOptions { readonly text: string; readonly line: number; readonly compiled: Compiled }

/** The cell of a name of the prelude. */
const preluded = (name: string): string => `${name}$0`

/** What an interrupted wait rejects with; nobody outside sees it. */
class Interrupted extends Error {}

export class Evaluator {
  readonly #cells = new CellStore()
  readonly #base: string
  readonly #prelude: Preluded
  readonly #meta: object
  /** The modules that the running line imports. */
  readonly #imported = new Map<string, object>()
  #waits: Wait[] = []
  #running = false

  constructor(prelude: Preluded, cwd: string) {
    registerLoader() // before the first executor starts
    this.#base = pathToFileURL(join(cwd, '[repl].ts')).href
    this.#prelude = prelude
    this.#meta = Object.freeze({ url: this.#base, dirname: cwd, resolve: (specifier: string) => createRequire(this.#base).resolve(specifier) })
    this.#begin()
  }

  /** As if no line had run. */
  reset(): void {
    this.#cells.clear()
    this.#begin()
  }

  /** What is declared from now on is another's: it shadows nothing that was, and after the result was called nothing shadows it. */
  apart(): () => void { return this.#cells.apart() }

  #begin(): void {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(this.#prelude.values))) this.#cells.define(preluded(name), descriptor)
    // What compiled lines call (compiler/cells.ts): `await x` waits where Ctrl-C ends it, `import` resolves from the user's folder.
    const helper = {
      wait: <T>(value: T, last = false) => this.#wait(value, last),
      each: <T>(source: Iterable<T> | AsyncIterable<T>) => this.#each(source),
      imported: (specifier: string) => this.#imported.get(specifier),
      import: (specifier: string) => importUser(specifier, this.#base),
      meta: this.#meta,
    }
    this.#cells.define('$tspark', { value: Object.freeze(helper), writable: true })
  }

  async run(line: Line): Promise<Ran> {
    const cells = this.#cells.begin(line.compiled.cells.map(({ cell }) => cell))
    const graphBack = beginLine()
    this.#running = true
    const ran = await this.#attempt(line, cells.changes)
    this.#running = false
    const holds = ran.kind === 'done' || (ran.kind === 'interrupted' && ran.finished)
    if (holds) for (const { name, cell } of line.compiled.cells) label((globalThis as Record<string, unknown>)[cell], name)
    else { graphBack(); cells.back() }
    return ran
  }

  /** Ends the wait of the line that is running, if it waits. */
  interrupt(): boolean {
    const waits = this.#waits.splice(0)
    for (const wait of waits) wait.end()
    return this.#running && waits.length > 0
  }

  close(): void { this.#cells.clear() }

  async #attempt(line: Line, changes: () => Changes): Promise<Ran> {
    let finished = false
    try {
      for (const specifier of line.compiled.imports) this.#imported.set(specifier, await this.#wait(importUser(specifier, this.#base), false))
      const run = line.withSigint ?? (<T>(start: () => T): T => start())
      const script = prepared(line)
      const value: unknown = run(() => script.runInThisContext({ breakOnSigint: line.withSigint !== undefined, displayErrors: false }))
      return { kind: 'done', ...await this.#result(line.compiled, value), changes: changes() }
    } catch (error) {
      finished = error instanceof Interrupted && error.message === LAST
      return isInterruption(error) ? { kind: 'interrupted', finished } : { kind: 'failed', error }
    }
  }

  /** Boxed: a promise that is the line's value must not be awaited by mistake. */
  async #result({ asynchronous, valueType }: Compiled, value: unknown): Promise<{ value: unknown }> {
    const result = asynchronous ? await (value as Promise<{ value: unknown } | undefined>) : { value }
    if (valueType === undefined || !result) return { value: undefined }
    if (result.value instanceof JobPromise) return { value: await this.#wait(result.value, true) }
    await this.#wait(settling(result.value), true)
    return result
  }

  #wait<T>(value: T, last: boolean): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        end: () => {
          if (value instanceof JobPromise) { value.catch(() => {}); value.cancel('from the prompt') }
          reject(new Interrupted(last ? LAST : ''))
        },
      }
      this.#waits.push(wait)
      const forget = (): void => { this.#waits = this.#waits.filter(each => each !== wait) }
      Promise.resolve(value).then(settled => { forget(); resolve(settled) }, error => { forget(); reject(error as Error) })
    })
  }

  /** `for await` over what may never come. */
  #each<T>(source: Iterable<T> | AsyncIterable<T>): AsyncIterable<T> {
    const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : valuesOf(source)
    const next = (): Promise<IteratorResult<T>> => this.#wait(iterator.next(), false)
    return { [Symbol.asyncIterator]: () => ({ next, return: async () => await iterator.return?.() ?? { done: true, value: undefined } }) }
  }
}

async function* valuesOf<T>(source: Iterable<T>): AsyncGenerator<T> { yield* source }

interface Wait { readonly end: () => void }
const LAST = 'last'

const isInterruption = (error: unknown): boolean =>
  error instanceof Interrupted || (error as { code?: string } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'

/** Compiled under the name that stack frames and call sites show: `<repl>:7`, or the file's path. */
function prepared({ text, line, file, compiled }: Line): Script {
  const filename = file ?? `<repl>:${line}`
  registerSource(filename, { file: filename, text, map: JSON.parse(compiled.map) as NonNullable<SourceText['map']>, adjust: toUserPosition(text, compiled.insertions) })
  return new Script(compiled.js, { filename, lineOffset: -compiled.headLines })
}

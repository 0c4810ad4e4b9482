/**
 * What a task brings along beside its rows, and the guest's side of it: modules, broadcast values, accumulators at zero and the
 * classes of rows become live in the thread or process that runs the task.
 */
import type { AccumulatorV2 } from '../../core/accumulator.js'
import { ACCUMULATOR } from '../../core/brand.js'
import { idOfClass } from '../../core/classes.js'
import { SparkError } from '../../core/errors.js'
import { executor } from '../../core/wiring.js'
import type { Portable } from '../../closure/portable.js'
import { rebuildValue, type RebuildHost } from '../../closure/rebuild.js'
import type { Class } from './row-classes.js'
import type { NameClass } from './row-writer.js'

export type Shipped = readonly [id: number, portable: Portable]

/** How to make an accumulator at zero. One with private fields is made by its constructor, without arguments. */
export interface AccumulatorZero { readonly type: Class; readonly fields: readonly (readonly [string, unknown])[] | undefined }

/** What accumulators gained in a task. */
export type Deltas = readonly (readonly [id: number, delta: unknown])[]

type Accumulator = AccumulatorV2<unknown, unknown>

/** One per task; modules and broadcast values are the thread's. */
export class Guest {
  readonly #accumulators = new Map<number, Accumulator>()
  readonly host: RebuildHost

  constructor(broadcast: (id: number) => unknown) {
    this.host = { module: loadedModule, broadcast, accumulator: id => this.#accumulators.get(id)! }
  }

  /** Makes classes of rows and accumulators live. Their modules have been loaded. */
  take({ classes, accumulators }: { readonly classes: readonly Portable[]; readonly accumulators: readonly Shipped[] }): void {
    for (const portable of classes) rebuildValue(portable, this.host)
    for (const [id, zero] of accumulators) this.#accumulators.set(id, atZero(rebuildValue(zero, this.host) as AccumulatorZero, id))
  }

  deltas(): Deltas { return [...this.#accumulators].map(([id, accumulator]) => [id, accumulator.delta()]) }
}

const modules = new Map<string, object>()

export const loadedModule = (url: string): object => modules.get(url)!

/** Imports the modules that these were captured from. */
export async function load(portables: readonly Portable[]): Promise<void> {
  for (const { modules: urls } of portables)
    for (const url of urls) if (!modules.has(url)) modules.set(url, await executor.importModule(url))
}

function atZero({ type, fields }: AccumulatorZero, id: number): Accumulator {
  const made = fields ? Object.assign(Object.create(type.prototype as object) as object, { [ACCUMULATOR]: true }, Object.fromEntries(fields)) : new (type as new () => object)()
  return Object.assign(made, { id }) as Accumulator
}

/** Where no class can be made known to others: only what the driver named travels. */
export const nameKnownClass: NameClass = type => {
  const id = idOfClass(type)
  if (id === undefined) throw new SparkError('ROW_CLASS_UNKNOWN', { class: type.name })
  return id
}

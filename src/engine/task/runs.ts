/**
 * Sorted runs in the scratch file, and their merge: what a sort and a table that did not fit end with. Equal rows come out in the order
 * of their runs, so that merging is stable.
 */
import { encodeBlocks, ofParts } from './row-codec.js'
import { nameOwnClass, type TaskMemory } from './memory.js'
import { ofArray, pull, toArray, type Source } from './source.js'
import type { Part } from './task.js'

export type Order = (a: unknown, b: unknown) => number
export type Run = readonly Part[]

// Of each run that is merged, one chunk and one window are held.
const RUN_CHUNK_ROWS = 512
const RUN_CHUNK_BYTES = 64 * 1024
// More runs are merged into one first.
const MOST_RUNS = 128

export class Runs {
  #runs: Run[] = []

  constructor(readonly operator: string, readonly order: Order, readonly memory: TaskMemory) {}

  get none(): boolean { return this.#runs.length === 0 }

  /** `rows` are in order; `averageBytes` is the size of one. */
  add(rows: readonly unknown[], averageBytes: number): void {
    if (rows.length === 0) return
    if (this.#runs.length === MOST_RUNS) this.#runs = [this.#rewritten(averageBytes)]
    this.#runs.push(this.#write(rows, averageBytes))
  }

  merged(): Source { return merge(this.#runs.map(ofParts), this.order) }

  #write(rows: readonly unknown[], averageBytes: number): Run {
    const chunkRows = Math.max(1, Math.min(RUN_CHUNK_ROWS, Math.floor(RUN_CHUNK_BYTES / Math.max(1, averageBytes))))
    return encodeBlocks([rows], this.operator, nameOwnClass, this.memory.set, chunkRows)[0]!.parts
  }

  #rewritten(averageBytes: number): Run {
    const parts: Part[] = []
    const merged = pull(this.merged())
    for (let rows = next(merged, REWRITTEN_ROWS); rows.length > 0; rows = next(merged, REWRITTEN_ROWS)) parts.push(...this.#write(rows, averageBytes))
    return parts
  }
}

const REWRITTEN_ROWS = 8192

function next(rows: Iterator<unknown>, most: number): unknown[] {
  const found: unknown[] = []
  while (found.length < most) {
    const step = rows.next()
    if (step.done) break
    found.push(step.value)
  }
  return found
}

interface Cursor { row: unknown; readonly rows: Iterator<unknown>; readonly index: number }

/** Many sorted sources as one: a heap of their first rows. */
export const merge = (sources: readonly Source[], order: Order): Source => push => {
  let heap: Cursor[] | undefined
  return () => {
    heap ??= heapOf(sources, order)
    for (let left = RUN; left > 0; left--) {
      const first = heap[0]
      if (!first) return false
      push(first.row)
      const step = first.rows.next()
      if (!step.done) first.row = step.value
      else dropFirst(heap)
      sink(heap, 0, order)
    }
    return heap.length > 0
  }
}

const RUN = 1024

function heapOf(sources: readonly Source[], order: Order): Cursor[] {
  const heap: Cursor[] = []
  sources.forEach((source, index) => {
    const rows = pull(source)
    const step = rows.next()
    if (!step.done) heap.push({ row: step.value, rows, index })
  })
  for (let at = heap.length >> 1; at >= 0; at--) sink(heap, at, order)
  return heap
}

function dropFirst(heap: Cursor[]): void {
  const last = heap.pop()!
  if (heap.length > 0) heap[0] = last
}

function sink(heap: Cursor[], from: number, order: Order): void {
  for (let at = from; ;) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && before(heap[child]!, heap[least]!, order)) least = child
    if (least === at) return
    ;[heap[at], heap[least]] = [heap[least]!, heap[at]!]
    at = least
  }
}

function before(a: Cursor, b: Cursor, order: Order): boolean {
  const found = order(a.row, b.row)
  return found < 0 || (found === 0 && a.index < b.index)
}

/** Rows that wait to be sorted; `take` gives them in order, and begins anew. */
export interface Waiting { push(row: unknown): void; take(): Source }

export function inList(order: Order): Waiting {
  let rows: unknown[] = []
  return {
    push(row) { rows.push(row) },
    take() {
      const all = rows
      rows = []
      return ofArray(all.sort(order))
    },
  }
}

/** Rows sorted in memory as far as they fit, else by merging. `order` is called on rows. */
export function sorted(operator: string, order: Order, memory: TaskMemory, waiting = inList(order)): { push(row: unknown): void; source(): Source } {
  const runs = new Runs(operator, order, memory)
  const meter = memory.listMeter()
  const spill = (): void => {
    runs.add(toArray(waiting.take()), meter.averageBytes)
    meter.reset()
  }
  return {
    push(row) {
      waiting.push(row)
      if (meter.add(row)) spill()
    },
    source() {
      if (runs.none) return waiting.take()
      spill()
      return runs.merged()
    },
  }
}

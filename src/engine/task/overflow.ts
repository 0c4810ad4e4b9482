/**
 * A table by key that may be larger than memory and gives, row for row, what one that fits would give.
 *
 * When it is full it is frozen: rows of the keys it has are merged on, rows of other keys go to buckets in the scratch file, by
 * hash. Its own keys were seen before all others, so they come out first; then each bucket is read into a table of its own (which
 * may overflow in turn), written out in first-seen order, and all are merged. No combined value is ever merged with another,
 * so that functions need not be associative for it. A frozen table whose values grow too large (lists of a groupByKey) is
 * written to the buckets as well, and its keys' rows follow there.
 *
 * After hybrid hash join (DeWitt et al., "Implementation techniques for main memory database systems", SIGMOD 1984).
 */
import { hashKey } from '../../core/hash.js'
import { Buckets } from './buckets.js'
import { promised, thrown } from './failure.js'
import { KeyTable, type Entry } from './key-table.js'
import { nameOwnClass, type TaskMemory } from './memory.js'
import { ofBlocks } from './row-codec.js'
import { Runs } from './runs.js'
import type { Meter } from './size.js'
import { concat, deferred, drain, ofArray, type Source } from './source.js'
import type { At, RowBlock } from './task.js'

export interface Merging {
  create(value: unknown, side: number): unknown
  merge(combined: unknown, value: unknown, side: number): unknown
}

/** What is written for later: when it came, and from which side; a table's own row has no side. */
type Later = [come: [seen: number, side: number], row: Entry]

const FANOUT = 16
const COMBINED = -1
// 16^6 buckets tell all 32-bit hashes apart nearly; keys that still share one are kept together, whatever they take.
const MOST_DEPTH = 6

export class OverflowingTable {
  #table = new KeyTable()
  /** When each key of the table was first seen; of the first table: its place. */
  #seen: number[] | undefined
  #meter: Meter
  #frozen = false
  #buckets: Buckets | undefined
  #next = 0

  constructor(readonly merging: Merging, readonly at: At, readonly memory: TaskMemory, readonly depth = 0) {
    this.#meter = memory.tableMeter()
    if (depth > 0) this.#seen = []
  }

  /** No new keys: their rows are for later. */
  get frozen(): boolean { return this.#frozen }

  find(key: unknown): Entry | undefined { return this.#table.find(key) }

  /** The value, under a key that `find` has just not found. */
  add(key: unknown, value: unknown, seen?: number): unknown {
    const entry = this.#table.add(key, value)
    this.#seen?.push(seen!)
    if (this.#meter.add(entry)) this.#full()
    return value
  }

  /** The value of a key may have grown by that much. */
  grow(by: unknown): void { if (this.#meter.grow(by)) this.#full() }

  later(row: Entry, side: number, seen = this.#next++): void { this.#leave([[seen, side], row]) }

  /** One row per key, keys as they were first seen. */
  rows(): Source {
    if (!this.#buckets) return ofArray(this.#table.rows)
    return concat([deferred(() => ofArray(this.#taken())), deferred(() => this.#rest())])
  }

  /** Takes what was left for a deeper table; `row[1]` is combined already where it has no side. */
  take([[seen, side], row]: Later): void {
    try {
      const entry = this.#table.find(row[0])
      if (!entry && this.#frozen) return this.later(row, side, seen)
      const value = entry ? entry[1] = this.merging.merge(entry[1], row[1], side) : this.add(row[0], side === COMBINED ? row[1] : this.merging.create(row[1], side), seen)
      if (value instanceof Promise) throw promised(this.at, row)
    } catch (error) { throw thrown(this.at, row, error) }
    this.grow(row[1])
  }

  /** Its rows as a run, then those of its buckets. */
  finish(runs: Runs): void {
    const buckets = this.#buckets?.blocks()
    const seen = this.#seen!
    const { averageBytes } = this.#meter
    const marked = this.#taken().map((row, i): Later => [[seen[i]!, COMBINED], row]).sort(firstSeen)
    runs.add(marked, averageBytes)
    if (buckets) this.#deeper(buckets, runs)
  }

  #full(): void {
    if (this.depth === MOST_DEPTH || !this.#meter.recount(this.#table.rows)) return
    if (this.#frozen) return this.#dump()
    this.#frozen = true
    this.#next = this.#table.rows.length
    this.#buckets = new Buckets(FANOUT, { operator: this.at.operator, nameClass: nameOwnClass, keep: this.memory.set, meter: this.memory.bufferMeter() })
    // From here on only values grow. They may, by half as much again.
    this.#meter = this.memory.tableMeter(SLACK)
    this.#meter.recount(this.#table.rows)
  }

  /** The table itself grows too large: its rows, too, are for later. */
  #dump(): void {
    const seen = this.#seen
    this.#taken().forEach((row, i) => this.#leave([[seen ? seen[i]! : i, COMBINED], row]))
    this.#seen = seen && []
  }

  #leave(later: Later): void { this.#buckets!.push(bucketOf(later[1][0], this.depth), later) }

  #taken(): Entry[] {
    const { rows } = this.#table
    this.#table = new KeyTable()
    this.#meter.reset()
    return rows
  }

  #rest(): Source {
    const runs = new Runs(this.at.operator, firstSeen, this.memory)
    this.#deeper(this.#buckets!.blocks(), runs)
    const merged = runs.merged()
    return push => merged(row => push((row as Later)[1]))
  }

  #deeper(buckets: readonly RowBlock[], runs: Runs): void {
    for (const bucket of buckets) {
      if (bucket.records === 0) continue
      const table = new OverflowingTable(this.merging, this.at, this.memory, this.depth + 1)
      drain(ofBlocks([bucket]), later => table.take(later as Later))
      table.finish(runs)
    }
  }
}

const SLACK = 1.5

const firstSeen = (a: unknown, b: unknown): number => (a as Later)[0][0] - (b as Later)[0][0]

/** Four bits of the key's hash, others at each depth: the partition's own hash is spread anew, since all keys here share it in part. */
const bucketOf = (key: unknown, depth: number): number => (Math.imul(hashKey(key) ^ (depth * 0x7feb352d), 0x9e3779b1) ^ depth) >>> 28

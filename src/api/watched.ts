/**
 * A stream as a table that is kept up to date: a row per key with its last value and how it went over the last batches. Keys that have not
 * come for as long as the trend reaches back leave the table; of too many, those that come first stay.
 */
import { mapKey } from '../core/hash.js'
import type { Time } from '../core/time.js'

/** What `stream.watch` tells after each batch. */
export interface Watched { readonly stream: string; readonly time: Time; readonly rows: readonly WatchedRow[]; readonly more: boolean }

/**
 * Of a pair its key and value; of any other record there is no key. `value` is undefined where the key did not come in this batch; `trend` are the
 * numbers of the last batches, oldest first, undefined where there was none.
 */
export interface WatchedRow { readonly key: unknown; readonly value: unknown; readonly trend: readonly (number | undefined)[] }

// As many as one sees as one line beside a value.
const TREND = 20

interface Line { readonly key: unknown; value: unknown; trend: (number | undefined)[]; missed: number }

export class WatchedTable {
  readonly #lines = new Map<unknown, Line>()

  constructor(readonly mostRows: number) {}

  /** The records of a batch; a key that comes twice has its last value. */
  add(records: readonly unknown[]): { readonly rows: readonly WatchedRow[]; readonly more: boolean } {
    for (const line of this.#lines.values()) Object.assign(line, { value: undefined, missed: line.missed + 1, trend: [...line.trend, undefined].slice(-TREND) })
    let more = false
    records.forEach((record, i) => { if (!this.#put(record, i)) more = true })
    for (const [id, { missed }] of this.#lines) if (missed >= TREND) this.#lines.delete(id)
    return { rows: [...this.#lines.values()].map(({ key, value, trend }) => ({ key, value, trend })), more }
  }

  #put(record: unknown, place: number): boolean {
    const isPair = Array.isArray(record) && record.length === 2
    const [key, value] = isPair ? record : [undefined, record]
    const id = idOf(isPair, key, place)
    if (!this.#lines.has(id) && this.#lines.size >= this.mostRows) return false
    const line = this.#lines.get(id) ?? { key, value, trend: [undefined], missed: 0 }
    const number = typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined
    Object.assign(line, { value, missed: 0, trend: [...line.trend.slice(0, -1), number] })
    this.#lines.set(id, line)
    return true
  }
}

/** Records that are no pairs are told apart by their places; so are keys that are none. */
function idOf(isPair: boolean, key: unknown, place: number): unknown {
  if (!isPair) return `record ${place}`
  try { return `key ${String(typeof key)} ${String(mapKey(key))}` } catch { return `record ${place}` }
}

/**
 * Pairs that wait to be sorted by keys that are numbers: columns, put in order by radix (number-order.ts). With the first key that is
 * none, all become a list again that is sorted by comparing.
 */
import { orderOf } from './number-order.js'
import { isPlainPair } from './pair-columns.js'
import { inList, type Order, type Waiting } from './runs.js'
import { ofRuns, type Source } from './source.js'

export class NumberKeyed implements Waiting {
  #keys = new Float64Array(FIRST)
  #values: unknown[] = []
  #list: Waiting | undefined

  /** `order` is natural order by key, or its opposite. */
  constructor(readonly ascending: boolean, readonly order: Order) {}

  push(row: unknown): void {
    if (this.#list) this.#list.push(row)
    else if (isPlainPair(row) && typeof row[0] === 'number') this.#add(row[0], row[1])
    else this.#turn().push(row)
  }

  take(): Source {
    if (this.#list) return this.#list.take()
    const keys = this.#keys.subarray(0, this.#values.length)
    const values = this.#values
    this.#keys = new Float64Array(FIRST)
    this.#values = []
    return pairs(keys, values, orderOf(keys, this.ascending))
  }

  #add(key: number, value: unknown): void {
    const at = this.#values.push(value) - 1
    if (at === this.#keys.length) {
      const keys = new Float64Array(at * 2)
      keys.set(this.#keys)
      this.#keys = keys
    }
    this.#keys[at] = key
  }

  #turn(): Waiting {
    const list = this.#list = inList(this.order)
    this.#values.forEach((value, i) => list.push([this.#keys[i], value]))
    this.#values = []
    return list
  }
}

const FIRST = 64
const RUN = 1024

const pairs = (keys: Float64Array, values: readonly unknown[], order: Uint32Array): Source => ofRuns(run => {
  let at = 0
  return () => {
    const rows = pairsAt(keys, values, order.subarray(at, at += RUN))
    run(rows, 0, rows.length)
    return at < order.length
  }
})

function pairsAt(keys: Float64Array, values: readonly unknown[], places: Uint32Array): unknown[] {
  const rows: unknown[] = []
  for (let i = 0; i < places.length; i++) rows.push([keys[places[i]!], values[places[i]!]])
  return rows
}

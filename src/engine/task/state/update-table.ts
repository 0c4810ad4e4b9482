/**
 * updateStateByKey on a table: its function is called for every key, those of the batch first, in the order in which they came, then
 * all others in the order of rows. What is written is what has changed.
 */
import type { Source } from '../source.js'
import type { At } from '../task.js'
import { Given, Grouped } from './group-rows.js'
import { copied } from './plain-data.js'
import type { Change } from './state-block.js'
import type { StateTable } from './state-table.js'

export type UpdateKey = (key: unknown, values: unknown[], state: unknown) => unknown
/** `exotic`: something that no table may hold is in it now. */
export type TableChange = Change & { readonly exotic: boolean }

export function updateTable(table: StateTable, batch: readonly Source[], f: UpdateKey, at: At): TableChange {
  const before = table.rowSlots()
  const grouped = new Grouped(table, at)
  const lists = listsOf(grouped, batch)
  const given = new Given()
  const front = updateTouched(table, grouped, lists, f, given)
  const order = new Int32Array(front.length + before.length)
  order.set(front)
  const length = updateOthers(table, before, f, given, order, front.length)
  grouped.close()
  table.order = order.subarray(0, length)
  return { changed: given.settle(table, grouped.firstNew), front, exotic: grouped.exotic || given.exotic }
}

function listsOf(grouped: Grouped, sources: readonly Source[]): unknown[][] {
  const lists: unknown[][] = []
  for (const source of sources) grouped.drain(source, (place, value) => {
    if (place === lists.length) lists.push([value])
    else lists[place]!.push(value)
  })
  return lists
}

/** Gives the slots that have a state now. */
function updateTouched(table: StateTable, { slots, firstNew }: Grouped, lists: readonly unknown[][], f: UpdateKey, given: Given): number[] {
  const { values } = table
  const front: number[] = []
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    const state = f(table.key(slot), lists[i]!, slot < firstNew ? copied(values[slot]) : undefined)
    if (state === undefined) table.remove(slot)
    else {
      given.add(slot, state)
      front.push(slot)
    }
  }
  return front
}

/** The loop over all keys: a state that is a primitive and has not changed costs its call alone. Gives how long `order` is then. */
function updateOthers(table: StateTable, before: Int32Array, f: UpdateKey, given: Given, order: Int32Array, from: number): number {
  const { values, marks } = table
  let length = from
  let none: unknown[] = []
  for (let i = 0; i < before.length; i++) {
    const slot = before[i]!
    if (marks[slot] !== 0) continue
    const known = values[slot]
    const state = f(table.key(slot), none, copied(known))
    if (state === undefined) {
      table.remove(slot)
      continue
    }
    order[length++] = slot
    if (typeof state === 'object' || !Object.is(state, known)) given.add(slot, state)
    // A function may have filled it, or have put it into what it gave.
    if (typeof state === 'object' || none.length > 0) none = []
  }
  return length
}

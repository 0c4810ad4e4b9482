/**
 * A windowed reduction on a table: its function is called for keys whose values left the window or entered it. All others stay as they
 * are, and no key is ever removed.
 */
import type { Source } from '../source.js'
import type { At } from '../task.js'
import { Given, Grouped } from './group-rows.js'
import { copied } from './plain-data.js'
import type { StateTable } from './state-table.js'
import type { TableChange } from './update-table.js'

/** Key, the window's value before (one, or none), what left it, what entered it → its value. */
export type MergeKey = (key: unknown, before: unknown[], left: unknown[], entered: unknown[]) => unknown

export function mergeTable(table: StateTable, left: readonly Source[], entered: readonly Source[], f: MergeKey, at: At): TableChange {
  const grouped = new Grouped(table, at)
  const lefts = listsOf(grouped, left)
  const entereds = listsOf(grouped, entered)
  const { slots, firstNew } = grouped
  const given = new Given()
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    given.add(slot, f(table.key(slot), slot < firstNew ? [copied(table.values[slot])] : [], lefts[i] ?? [], entereds[i] ?? []))
  }
  grouped.close()
  const changed = given.settle(table, firstNew)
  return { changed, front: undefined, exotic: grouped.exotic || given.exotic }
}

/** By place among the touched keys. */
function listsOf(grouped: Grouped, sources: readonly Source[]): (unknown[] | undefined)[] {
  const lists: (unknown[] | undefined)[] = []
  for (const source of sources) grouped.drain(source, (place, value) => {
    const list = lists[place]
    if (list) list.push(value)
    else lists[place] = [value]
  })
  return lists
}

/**
 * The tables that an executor keeps between batches, under the names of the blocks that hold the same. A table is only ever a faster
 * way to what its block says: it may be forgotten at any time. A task takes the one it goes on from, so that an attempt that
 * fails in the middle leaves none behind.
 */
import type { Source } from '../source.js'
import type { RowBlock } from '../task.js'
import { withEmitted } from './state-block.js'
import type { StateTable } from './state-table.js'

export class StateTables {
  readonly #tables = new Map<string, { readonly table: StateTable; readonly bytes: number }>()
  #bytes = 0

  /** An estimate of the heap they take. */
  get bytes(): number { return this.#bytes }

  bytesOf(version: string): number { return this.#tables.get(version)?.bytes ?? 0 }

  put(version: string, table: StateTable, bytes: number): void {
    this.#tables.set(version, { table, bytes })
    this.#bytes += bytes
  }

  take(version: string): StateTable | undefined {
    const found = this.#tables.get(version)
    this.forget(version)
    return found?.table
  }

  forget(version: string): void {
    const found = this.#tables.get(version)
    if (this.#tables.delete(version)) this.#bytes -= found!.bytes
  }

  /** The block's rows without decoding them, where a table has them. */
  rowsOf(block: RowBlock): Source | undefined {
    const found = block.state && this.#tables.get(block.state.version)
    return found && withEmitted(block, () => found.table.rows())
  }
}

/**
 * Cells: the bindings of the prompt as properties of globalThis (`norm$7`), where compiled lines, the functions they made and closure
 * capture all find them. A line that fails gives back what it found.
 */
import { nameOf } from './keep/kept.js'
import type { Changes } from './live-changes.js'

export class CellStore {
  readonly #cells = new Set<string>()
  /** Of those whose names do not count at the time. */
  #hidden: ReadonlySet<string> = new Set()

  /** Makes empty cells for a line. `back` removes them and puts every other cell's value back; `changes` is what the line has done to the others. */
  begin(cells: readonly string[]): { back(): void; changes(): Changes } {
    const values = [...this.#cells].map(cell => [cell, Object.getOwnPropertyDescriptor(globalThis, cell)!] as const)
    for (const cell of cells) this.define(cell, { value: undefined, writable: true })
    const names = new Set(cells.map(nameOf))
    return {
      back: () => {
        for (const cell of cells) this.#remove(cell)
        for (const [cell, descriptor] of values) Object.defineProperty(globalThis, cell, descriptor)
      },
      changes: () => ({
        assigned: values.filter(([cell, { value }]) => !Object.is(Object.getOwnPropertyDescriptor(globalThis, cell)?.value, value)).map(([cell]) => cell),
        shadowed: values.map(([cell]) => cell).filter(cell => names.has(nameOf(cell)) && !cells.includes(cell) && !this.#hidden.has(cell)),
      }),
    }
  }

  /** Not enumerable: listing globalThis shows a user no machinery. */
  define(cell: string, descriptor: PropertyDescriptor): void {
    Object.defineProperty(globalThis, cell, { ...descriptor, configurable: true, enumerable: false })
    this.#cells.add(cell)
  }

  /** Those that there are are hidden, until the result is called; then those that have come meanwhile. They stay readable for the functions that use them. */
  apart(): () => void {
    const [before, hidden] = [new Set(this.#cells), this.#hidden]
    this.#hidden = before
    return () => { this.#hidden = new Set([...hidden, ...[...this.#cells].filter(cell => !before.has(cell))]) }
  }

  clear(): void { for (const cell of [...this.#cells]) this.#remove(cell) }

  #remove(cell: string): void {
    this.#cells.delete(cell)
    Reflect.deleteProperty(globalThis, cell)
  }
}

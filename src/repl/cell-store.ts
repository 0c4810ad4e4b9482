/**
 * Cells: the bindings of the prompt as properties of globalThis (`norm$7`), where compiled lines, the functions they made and closure
 * capture all find them. A line that fails gives back what it found.
 */

export class CellStore {
  readonly #cells = new Set<string>()

  /** Makes empty cells for a line; calling the result removes them and puts every other cell's value back. */
  begin(cells: readonly string[]): () => void {
    const values = [...this.#cells].map(cell => [cell, Object.getOwnPropertyDescriptor(globalThis, cell)!] as const)
    for (const cell of cells) this.define(cell, { value: undefined, writable: true })
    return () => {
      for (const cell of cells) this.#remove(cell)
      for (const [cell, descriptor] of values) Object.defineProperty(globalThis, cell, descriptor)
    }
  }

  /** Not enumerable: listing globalThis shows a user no machinery. */
  define(cell: string, descriptor: PropertyDescriptor): void {
    Object.defineProperty(globalThis, cell, { ...descriptor, configurable: true, enumerable: false })
    this.#cells.add(cell)
  }

  clear(): void { for (const cell of [...this.#cells]) this.#remove(cell) }

  #remove(cell: string): void {
    this.#cells.delete(cell)
    Reflect.deleteProperty(globalThis, cell)
  }
}

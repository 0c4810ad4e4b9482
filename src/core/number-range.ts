/** Numbers that are told by their first, their step and their count, so that a range of any length costs nothing until it is walked. */
export class NumberRange {
  /** start, start + step, … `length` of them. */
  constructor(readonly start: number, readonly step: number, readonly length: number) {}

  /** Part `i` of `parts`, cut by position as other collections are. */
  slice(i: number, parts: number): NumberRange {
    const from = Math.floor(i * this.length / parts)
    return new NumberRange(this.start + from * this.step, this.step, Math.floor((i + 1) * this.length / parts) - from)
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield this.start + i * this.step
  }
}

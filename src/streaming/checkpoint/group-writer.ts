/**
 * One write at a time: what is asked for while one is under way shares the next, which sees all of it. So a burst of batches costs
 * a few writes, and each still waits for its own record.
 *
 * A write that fails is told once, then after 10, 100, … more; that it works again is told, too.
 */
export class GroupWriter {
  readonly #write: () => Promise<void>
  readonly #say: (text: string) => void
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #failures = 0

  constructor(write: () => Promise<void>, say: (text: string) => void) {
    this.#write = write
    this.#say = say
  }

  /** Resolves when a write that began after this call has ended, well or badly. */
  request(): Promise<void> {
    if (this.#next) return this.#next
    if (!this.#running) return this.#begin()
    return this.#next = this.#running.then(() => this.#begin())
  }

  async idle(): Promise<void> { while (this.#next ?? this.#running) await (this.#next ?? this.#running) }

  #begin(): Promise<void> {
    this.#next = undefined
    const running = this.#attempt().finally(() => { if (this.#running === running) this.#running = undefined })
    return this.#running = running
  }

  async #attempt(): Promise<void> {
    await null // what the same turn still changes is seen
    try {
      await this.#write()
      if (this.#failures > 0) this.#say('checkpoints are written again')
      this.#failures = 0
    } catch (error) {
      this.#failures++
      if (isPowerOfTen(this.#failures)) this.#say(`the checkpoint was not written${this.#failures > 1 ? `, ${this.#failures} times by now` : ''}: ${(error as Error).message}; batches go on`)
    }
  }
}

const isPowerOfTen = (n: number): boolean => Number.isInteger(Math.log10(n))

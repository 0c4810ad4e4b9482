/**
 * The memory that lines are gathered in: a growing shared buffer, with whole lines first, then the beginning of one, then what nobody
 * has looked at. It knows nothing of line ends; it moves, grows and gives away.
 *
 * A buffer that is well filled may be given away as it is. Else the lines are copied and it stays: a slow sender costs no new memory.
 * Fast ones get buffers of the pool.
 */
import { memoryOf, type BufferPool, type Memory } from './buffer-pool.js'

const FIRST_BYTES = 64 * 1024

/** Whole lines; `lent` is the number of the pool's buffer that they are in. */
export interface Lines { readonly buffer: SharedArrayBuffer; readonly lent?: number }

export class LineBuffer {
  /** start ≤ lineStart ≤ scanned ≤ end. */
  start = 0
  lineStart = 0
  scanned = 0
  end = 0
  #memory = memoryOf(FIRST_BYTES)

  constructor(readonly pool: BufferPool) {}

  get memory(): Memory { return this.#memory }

  append(chunk: Uint8Array, from: number, to: number): void {
    this.reserve(to - from)
    this.#memory.bytes.set(chunk.subarray(from, to), this.end)
    this.end += to - from
  }

  /** Makes room behind the end, for a line of at most `longestBytes`. */
  reserve(bytes: number, longestBytes = 0): void {
    const { length } = this.#memory.bytes
    const neededBytes = this.end - this.start + bytes
    if (this.end + bytes <= length) return
    if (2 * neededBytes <= length) return this.#moveTo(this.#memory)
    this.#moveTo(this.#larger(neededBytes, longestBytes))
  }

  /** The whole lines; they are no longer here. `handOver`: nobody else may still write to this buffer. */
  takeLines(handOver: boolean): Lines {
    const given = this.#memory
    const { buffer } = given.bytes
    const isWhole = handOver && this.start === 0 && 2 * this.lineStart > buffer.byteLength
    const lines = isWhole ? buffer : buffer.slice(this.start, this.lineStart)
    this.start = this.lineStart
    if (isWhole) this.#moveTo(this.#next(given, this.end - this.start))
    else this.#tidy()
    if (!isWhole || given.number === undefined) return { buffer: lines }
    this.pool.lend(given)
    return { buffer: lines, lent: given.number }
  }

  /** What is left goes to the front where that is cheap, and out of a buffer that one long line has made. */
  #tidy(): void {
    const leftBytes = this.end - this.start
    if (this.#memory.bytes.length > this.pool.byteLength && leftBytes <= FIRST_BYTES) this.#moveTo(memoryOf(2 * FIRST_BYTES))
    else if (leftBytes <= FIRST_BYTES) this.#moveTo(this.#memory)
  }

  /** After a buffer of the pool another one: who filled that is likely to fill this, and a small one between would be garbage. */
  #next(given: Memory, neededBytes: number): Memory {
    return given.number !== undefined && neededBytes <= this.pool.byteLength ? this.pool.take() : this.#larger(neededBytes, 0)
  }

  /** The pool's size from an eighth of it on; a line longer than that doubles it, and at last gets all that it may need: another copy of it is worth avoiding. */
  #larger(neededBytes: number, longestBytes: number): Memory {
    const { byteLength } = this.pool
    const doubledBytes = 2 * neededBytes
    if (neededBytes <= byteLength) return doubledBytes < byteLength / 4 ? memoryOf(Math.max(FIRST_BYTES, doubledBytes)) : this.pool.take()
    return memoryOf(2 * doubledBytes > longestBytes ? Math.max(neededBytes, longestBytes) : doubledBytes)
  }

  #moveTo(memory: Memory): void {
    const { start } = this
    memory.bytes.set(this.#memory.bytes.subarray(start, this.end))
    this.#memory = memory
    this.start = 0
    this.lineStart -= start
    this.scanned -= start
    this.end -= start
  }
}

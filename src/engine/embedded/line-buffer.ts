/**
 * The memory that lines are gathered in: a growing shared buffer, with whole lines first, then the beginning of one, then what nobody
 * has looked at. It knows nothing of line ends; it moves, grows and gives away.
 *
 * A buffer that is well filled is given away as it is; of one that is not, the lines are copied and it stays, so that a slow sender costs
 * no new memory.
 */
import type { Words } from './line-count.js'

const FIRST_BYTES = 64 * 1024

export class LineBuffer {
  /** start ≤ lineStart ≤ scanned ≤ end. */
  start = 0
  lineStart = 0
  scanned = 0
  end = 0
  #memory = memoryOf(FIRST_BYTES)

  /** The next buffer begins with at most so many bytes, however large one line has made this one. */
  constructor(readonly usualBytes: number) {}

  get memory(): Words { return this.#memory }

  append(chunk: Uint8Array, from: number, to: number): void {
    this.reserve(to - from, Infinity)
    this.#memory.bytes.set(chunk.subarray(from, to), this.end)
    this.end += to - from
  }

  /** Makes room behind the end; it doubles, and beyond half of `mostBytes` goes there at once: another copy of a line that long is worth avoiding. */
  reserve(bytes: number, mostBytes: number): void {
    const { length } = this.#memory.bytes
    const neededBytes = this.end - this.start + bytes
    if (this.end + bytes <= length) return
    if (2 * neededBytes <= length) return this.#moveTo(this.#memory)
    const doubledBytes = 2 * length
    this.#moveTo(memoryOf(Math.max(neededBytes, 2 * doubledBytes > mostBytes ? Math.min(mostBytes, 2 * doubledBytes) : doubledBytes)))
  }

  /** The whole lines; they are no longer here. */
  takeLines(): SharedArrayBuffer {
    const { buffer } = this.#memory.bytes
    const isWhole = this.start === 0 && 2 * this.lineStart > buffer.byteLength
    const lines = isWhole ? buffer : buffer.slice(this.start, this.lineStart)
    this.start = this.lineStart
    if (isWhole) this.#moveTo(memoryOf(Math.max(Math.min(buffer.byteLength, this.usualBytes), 2 * (this.end - this.start))))
    else if (this.start === this.end) this.start = this.lineStart = this.scanned = this.end = 0
    return lines
  }

  #moveTo(memory: Words): void {
    const { start } = this
    memory.bytes.set(this.#memory.bytes.subarray(start, this.end))
    this.#memory = memory
    this.start = 0
    this.lineStart -= start
    this.scanned -= start
    this.end -= start
  }
}

/** A multiple of four bytes, since they are also read as words. */
function memoryOf(leastBytes: number): Words {
  const buffer = new SharedArrayBuffer(Math.ceil(leastBytes / 4) * 4)
  return { bytes: Buffer.from(buffer), words: new Int32Array(buffer) }
}

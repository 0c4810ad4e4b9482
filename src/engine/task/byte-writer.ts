/** Bytes that grow as they are written; little-endian throughout. */

// More is not kept for the next one.
const MOST_KEPT_BYTES = 1024 * 1024
/** The thread's last memory, to be written over: tasks write and copy a few hundred kilobytes each, which would be garbage outside of V8's sight. */
let kept: Buffer | undefined

export class ByteWriter {
  bytes: Buffer
  length = 0

  constructor() {
    this.bytes = kept ?? Buffer.allocUnsafeSlow(4096)
    kept = undefined
  }

  /** Nobody reads the bytes any more. */
  done(): void { if (this.bytes.length <= MOST_KEPT_BYTES) kept = this.bytes }

  u8(value: number): void {
    this.#reserve(1)
    this.bytes[this.length++] = value
  }

  u32(value: number): void {
    this.#reserve(4)
    this.length = this.bytes.writeUInt32LE(value, this.length)
  }

  f64(value: number): void {
    this.#reserve(8)
    this.length = this.bytes.writeDoubleLE(value, this.length)
  }

  /** Seven bits a byte, lowest first; up to 2^53. */
  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 0x80
    this.bytes[this.length++] = rest
  }

  raw(view: ArrayBufferView): void {
    this.#reserve(view.byteLength)
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), this.length)
    this.length += view.byteLength
  }

  text(text: string, encoding: 'latin1' | 'utf16le'): void {
    const size = encoding === 'latin1' ? text.length : text.length * 2
    this.#reserve(size)
    this.length += this.bytes.write(text, this.length, size, encoding)
  }

  /** Overwrites four bytes written before. */
  patch(at: number, value: number): void { this.bytes.writeUInt32LE(value, at) }

  #reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + size))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}

export class ByteReader {
  constructor(readonly bytes: Buffer, public at: number) {}

  u8(): number { return this.bytes[this.at++]! }

  u32(): number {
    this.at += 4
    return this.bytes.readUInt32LE(this.at - 4)
  }

  f64(): number {
    this.at += 8
    return this.bytes.readDoubleLE(this.at - 8)
  }

  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  /** A copy of the next `size` bytes, on its own aligned buffer. */
  raw(size: number): Uint8Array {
    const copy = new Uint8Array(size)
    copy.set(this.bytes.subarray(this.at, this.at + size))
    this.at += size
    return copy
  }
}

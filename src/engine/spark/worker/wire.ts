/**
 * The blocking ends of a worker's socket. Its parent gave it the socket as file 0, which libuv keeps blocking, so that reading and
 * writing are plain calls: no event, no promise, no copy per record.
 */
import { readSync, writeSync } from 'node:fs'

/** The JVM has closed the socket: there is nothing more to do. */
export class Ended extends Error {}

const BUFFER_BYTES = 256 * 1024
// A socket that does not block after all is asked again after a moment.
const asleep = new Int32Array(new SharedArrayBuffer(4))
const AGAIN_MS = 1

export class WireReader {
  #bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #at = 0
  #end = 0

  constructor(readonly fd: number) {}

  int32(): number { return this.#bytes.readInt32BE(this.#take(4)) }
  int64(): bigint { return this.#bytes.readBigInt64BE(this.#take(8)) }
  boolean(): boolean { return this.#bytes[this.#take(1)] !== 0 }
  utf(): string {
    const length = this.int32()
    const at = this.#take(length)
    return this.#bytes.toString('utf8', at, at + length)
  }
  /** A copy of the next bytes. */
  bytes(length: number): Buffer {
    const copy = Buffer.allocUnsafe(length)
    this.into(copy)
    return copy
  }

  /** Fills `target`; what is large is read straight into it. */
  into(target: Uint8Array): void {
    const buffered = Math.min(target.length, this.#end - this.#at)
    target.set(this.#bytes.subarray(this.#at, this.#at + buffered))
    this.#at += buffered
    for (let at = buffered; at < target.length;) at += read(this.fd, target, at, target.length - at)
  }

  skip(length: number): void {
    for (let left = length; left > 0;) {
      const step = Math.min(left, BUFFER_BYTES)
      this.#take(step)
      left -= step
    }
  }

  /** Where the next `length` bytes stand in the buffer. */
  #take(length: number): number {
    if (this.#end - this.#at < length) this.#fill(length)
    this.#at += length
    return this.#at - length
  }

  #fill(length: number): void {
    const bytes = length > this.#bytes.length ? Buffer.allocUnsafeSlow(length + BUFFER_BYTES) : this.#bytes
    this.#bytes.copy(bytes, 0, this.#at, this.#end)
    this.#end -= this.#at
    this.#at = 0
    this.#bytes = bytes
    while (this.#end < length) this.#end += read(this.fd, bytes, this.#end, bytes.length - this.#end)
  }
}

function read(fd: number, target: Uint8Array, at: number, length: number): number {
  for (;;) {
    try {
      const count = readSync(fd, target, at, length, null)
      if (count === 0) throw new Ended()
      return count
    } catch (error) { wait(error) }
  }
}

function wait(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EAGAIN') Atomics.wait(asleep, 0, 0, AGAIN_MS)
  else throw code === 'ECONNRESET' || code === 'EPIPE' || code === 'EOF' ? new Ended() : error
}

export class WireWriter {
  readonly #bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #length = 0

  constructor(readonly fd: number) {}

  int32(value: number): void {
    this.#room(4)
    this.#length = this.#bytes.writeInt32BE(value, this.#length)
  }

  int64(value: number): void {
    this.#room(8)
    this.#length = this.#bytes.writeBigInt64BE(BigInt(value), this.#length)
  }

  bytes(bytes: Uint8Array): void {
    this.#room(Math.min(bytes.length, BUFFER_BYTES))
    if (bytes.length >= BUFFER_BYTES) {
      this.flush()
      this.#write(bytes)
    } else {
      this.#bytes.set(bytes, this.#length)
      this.#length += bytes.length
    }
  }

  utf(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.int32(bytes.length)
    this.bytes(bytes)
  }

  flush(): void {
    this.#write(this.#bytes.subarray(0, this.#length))
    this.#length = 0
  }

  #room(size: number): void { if (this.#length + size > BUFFER_BYTES) this.flush() }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      try { at += writeSync(this.fd, bytes, at, bytes.length - at) } catch (error) { wait(error) }
    }
  }
}

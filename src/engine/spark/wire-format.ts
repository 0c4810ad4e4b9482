/**
 * Bytes as Java's DataOutputStream writes them (big-endian), and frames: a length and as many bytes. What driver, JVM and worker say to
 * each other is made of these.
 */
/** Negative lengths are signs. */
export const SIGN = { endOfData: -1, failed: -2, timing: -3, endOfStream: -4, null: -5, startOfInit: -8 } as const

export function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A text behind its length. */
export function utf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([int32(bytes.length), bytes])
}

/** Cuts what comes on a socket into frames; signs are passed over. */
export class FrameSplitter {
  #rest: Buffer[] = []
  #size = 0
  #needed = 4

  /** Whether nothing of a frame is missing. */
  get isBetweenFrames(): boolean { return this.#size === 0 }

  push(data: Buffer): Buffer[] {
    this.#rest.push(data)
    this.#size += data.length
    if (this.#size < this.#needed) return [] // joined only when a frame is whole: a large one comes in thousands of pieces
    const bytes = this.#rest.length === 1 ? data : Buffer.concat(this.#rest)
    const frames: Buffer[] = []
    let at = 0
    this.#needed = 4
    while (bytes.length - at >= 4) {
      const length = Math.max(0, bytes.readInt32BE(at))
      if (bytes.length - at - 4 < length) { this.#needed = 4 + length; break }
      if (bytes.readInt32BE(at) >= 0) frames.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    this.#rest = at < bytes.length ? [bytes.subarray(at)] : []
    this.#size = bytes.length - at
    return frames
  }
}

// — our own frames ———————————————————————————————————————————————————————————————————————————————————————————————————————

/**
 * Before the rows of each frame: who made it (a source's number), from which of its partitions, and as the how-manieth. Spark gives a
 * reducer the frames of its map tasks in the order in which they happen to arrive; by this they are put in order again.
 */
export interface FrameHeader { readonly source: number; readonly partition: number; readonly sequence: number; readonly records: number }

export const HEADER_BYTES = 16

export function headerBytes({ source, partition, sequence, records }: FrameHeader): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES)
  ;[source, partition, sequence, records].forEach((value, i) => { bytes.writeUInt32BE(value, i * 4) })
  return bytes
}

export function readHeader(bytes: Buffer): FrameHeader {
  const [source, partition, sequence, records] = [0, 4, 8, 12].map(at => bytes.readUInt32BE(at))
  return { source: source!, partition: partition!, sequence: sequence!, records: records! }
}

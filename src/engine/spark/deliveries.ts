/**
 * Bytes of the driver on their way into the JVM: held rows become an RDD, values and long commands become broadcasts.
 *
 * They go through files that only we can read; where Spark encrypts what it writes (spark.io.encryption.enabled), through sockets that the JVM
 * opens for them, so that nothing lies on a disk as it is.
 */
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Jvm } from './jvm.js'
import type { Scope } from './py4j-client.js'
import type { JavaRef } from './py4j-text.js'
import { delivered } from './served.js'
import { int32, SIGN } from './wire-format.js'

const PYTHON = 'org.apache.spark.api.python.'
// Encrypted bytes come to a worker as a stream; a chunk of it is no more than this on the way there.
const CHUNK_BYTES = 1024 * 1024

export interface Broadcast { readonly ref: JavaRef; readonly id: number }

export class Deliveries {
  #files = 0

  constructor(readonly jvm: Jvm) {}

  /** A JavaRDD with a partition for each frame. */
  async rows(client: Scope, frames: readonly Uint8Array[]): Promise<JavaRef> {
    const pieces = frames.flatMap(frame => [int32(frame.length), frame])
    return client.keep(this.jvm.encrypted ? await this.#servedRows(client, pieces, frames.length) : await this.#filedRows(client, pieces, frames.length))
  }

  async broadcast(client: Scope, text: string): Promise<Broadcast> {
    const { jsc, encrypted } = this.jvm
    const bytes = Buffer.from(text, 'utf8')
    const path = await this.#file(encrypted ? [] : [bytes])
    const file = await client.staticObject(`${PYTHON}PythonRDD`, 'setupBroadcast', path)
    if (encrypted) await this.#encrypt(client, file, bytes)
    const ref = client.keep(await client.object(jsc, 'broadcast', file))
    const id = Number(await client.call(ref, 'id'))
    await client.call(file, 'setBroadcastId', id)
    return { ref, id }
  }

  async #filedRows(client: Scope, pieces: readonly Uint8Array[], partitions: number): Promise<JavaRef> {
    const path = await this.#file(pieces)
    try { return await client.staticObject(`${PYTHON}PythonRDD`, 'readRDDFromFile', this.jvm.jsc, path, partitions) } finally { rmSync(path, { force: true }) }
  }

  async #servedRows(client: Scope, pieces: readonly Uint8Array[], partitions: number): Promise<JavaRef> {
    const server = await client.make(`${PYTHON}PythonParallelizeServer`, this.jvm.sc, partitions)
    await delivered(await placeOf(client, server), String(await client.call(server, 'secret')), chunked(pieces))
    return client.object(server, 'getResult')
  }

  /** Its length goes before it: the worker gets several, one after another. */
  async #encrypt(client: Scope, file: JavaRef, bytes: Buffer): Promise<void> {
    const server = await client.object(file, 'setupEncryptionServer')
    await delivered(Number(await client.element(server, 0)), String(await client.element(server, 1)), chunked([int32(bytes.length), bytes]))
    await client.call(file, 'waitTillDataReceived')
  }

  async #file(pieces: readonly Uint8Array[]): Promise<string> {
    const path = join(this.jvm.directory.path, String(this.#files++))
    const file = await open(path, 'wx', 0o600)
    try { for (const piece of pieces) await file.writeFile(piece) } finally { await file.close() }
    return path
  }
}

/** Its name since Spark 4.1 is `connInfo`, which may also be the path of a Unix socket. */
async function placeOf(client: Scope, server: JavaRef): Promise<number> {
  try { return Number(await client.call(server, 'connInfo')) } catch { return Number(await client.call(server, 'port')) }
}

/** A length before each chunk, and the sign that there are no more. */
function chunked(pieces: readonly Uint8Array[]): Uint8Array[] {
  const chunks = pieces.flatMap(piece => Array.from({ length: Math.ceil(piece.length / CHUNK_BYTES) }, (_, i) => piece.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)))
  return [...chunks.flatMap(chunk => [int32(chunk.length), chunk]), int32(SIGN.endOfData)]
}

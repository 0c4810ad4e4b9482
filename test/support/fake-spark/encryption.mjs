/** What a Spark with spark.io.encryption.enabled does: takes from the driver by sockets what it keeps, and reads it out to workers by sockets. Its cipher is a poor one. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const int = value => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes }
const long = value => { const bytes = Buffer.alloc(8); bytes.writeBigInt64BE(BigInt(value)); return bytes }
const utf = text => Buffer.concat([int(Buffer.byteLength(text)), Buffer.from(text)])
const ciphered = bytes => Buffer.from(bytes.map(byte => byte ^ 0x5a))

/** A socket behind a secret: `serve(rest, socket)` is called with what came after it, each time more has come. */
async function behindSecret(serve) {
  const secret = randomBytes(16).toString('hex')
  const server = createServer(socket => {
    let bytes = Buffer.alloc(0)
    let known = false
    socket.on('error', () => {})
    socket.on('data', data => {
      bytes = Buffer.concat([bytes, data])
      if (!known && bytes.length >= 4 + secret.length) {
        if (bytes.toString('utf8', 4, 4 + secret.length) !== secret) return socket.destroy()
        known = true
        bytes = bytes.subarray(4 + secret.length)
        socket.write(utf('ok'))
      }
      if (known) serve(bytes, socket)
    })
    server.close()
  })
  await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return { port: server.address().port, secret }
}

/** { port, secret, received: promise of what came in chunks } */
export async function taker() {
  let take
  const received = new Promise(resolve => { take = resolve })
  const place = await behindSecret((bytes, socket) => {
    const chunks = []
    for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readInt32BE(at)) {
      if (bytes.readInt32BE(at) === -1) {
        take(Buffer.concat(chunks))
        return socket.end()
      }
      chunks.push(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at)))
    }
  })
  return { ...place, received }
}

/** The JVM's PythonBroadcast whose file is written by Spark alone. */
export function broadcastFile(path) {
  let taken
  return {
    path, encrypted: true,
    setBroadcastId(id) { this.number = id; return null },
    async setupEncryptionServer() {
      taken = await taker()
      return [taken.port, taken.secret, {}]
    },
    async waitTillDataReceived() {
      writeFileSync(path, ciphered(await taken.received))
      return null
    },
  }
}

/** Reads broadcasts out to one worker; `sent` resolves when it has said that it has them. */
export async function reader(files) {
  let done
  const sent = new Promise(resolve => { done = resolve })
  let began = false
  const place = await behindSecret((bytes, socket) => {
    if (!began) for (const { number, path } of files) { socket.write(long(number)); socket.write(ciphered(readFileSync(path))) }
    began = true
    if (bytes.length > 0) { socket.end(); done() }
  })
  return { ...place, sent }
}

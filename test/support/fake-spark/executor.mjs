/** The executor's half of the worker protocol, byte by byte as the JVM writes it, in both dialects: starts the daemon, sends a task, reads what comes. */
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { mkdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { reader } from './encryption.mjs'
import { join } from 'node:path'

const int = value => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes }
const long = value => { const bytes = Buffer.alloc(8); bytes.writeBigInt64BE(BigInt(value)); return bytes }
const utf = text => Buffer.concat([int(Buffer.byteLength(text)), Buffer.from(text)])
const bool = value => Buffer.from([value ? 1 : 0])

export class Daemon {
  idle = []
  static async start(exec, env, cwd) {
    const daemon = new Daemon()
    mkdirSync(join(cwd, 'local'), { recursive: true })
    daemon.secret = randomBytes(16).toString('hex')
    daemon.process = spawn(exec, ['-m', 'pyspark.daemon'], { cwd, env: { ...process.env, SPARK_LOCAL_DIRS: join(cwd, 'local'), ...env, PYTHON_WORKER_FACTORY_SECRET: daemon.secret, SPARK_REUSE_WORKER: '1' }, stdio: ['pipe', 'pipe', 'inherit'] })
    daemon.port = await new Promise((resolve, reject) => {
      daemon.process.once('error', error => reject(Object.assign(error, { java: `java.io.IOException: Cannot run program "${exec}": error=2, No such file or directory` })))
      daemon.process.stdout.once('data', data => resolve(data.readInt32BE(0)))
      daemon.process.once('exit', code => reject(Object.assign(new Error('no port'), { java: `org.apache.spark.SparkException: EOFException occurred while reading the port number from pyspark.daemon's stdout and terminated with code: ${code}.` })))
    })
    return daemon
  }

  /** A worker that waits, or a new one: it says its pid and is told the secret. */
  async worker() {
    const waiting = this.idle.pop()
    if (waiting) return waiting
    const worker = new Worker(connect(this.port, '127.0.0.1'))
    worker.pid = await worker.int()
    worker.socket.write(utf(this.secret))
    await worker.bytes(await worker.int()) // ok
    return worker
  }

  stop() { this.process.stdin.end() }
}

class Worker {
  #data = Buffer.alloc(0)
  #wake = () => {}
  #closed = false
  constructor(socket) {
    this.socket = socket
    socket.on('data', data => { this.#data = Buffer.concat([this.#data, data]); this.#wake() })
    socket.on('close', () => { this.#closed = true; this.#wake() })
    socket.on('error', () => {})
  }
  async bytes(length) {
    while (this.#data.length < length) {
      if (this.#closed) throw Object.assign(new Error('worker lost'), { java: 'org.apache.spark.SparkException: Python worker exited unexpectedly (crashed)' })
      await new Promise(resolve => { this.#wake = resolve })
    }
    const taken = this.#data.subarray(0, length)
    this.#data = this.#data.subarray(length)
    return taken
  }
  async int() { return (await this.bytes(4)).readInt32BE(0) }
}

/** What comes before the rows. `files`: of broadcasts this worker has not heard of; `server`: where it finds them when they are encrypted. */
function initBytes({ partition, fn, dialect = process.env.FAKE_SPARK_DIALECT }, files, server) {
  const place = server ? [int(server.port), utf(server.secret)] : []
  const common = [utf('/tmp/files'), int(0), bool(server), int(files.length), ...place, ...files.flatMap(({ number, path }) => server ? [long(number)] : [long(number), utf(path)]), int(0)]
  const command = [int(fn.command.length), fn.command]
  if (dialect !== '4.3') return Buffer.concat([int(partition), utf(fn.version), bool(false), int(0), utf(''), int(1), int(partition), int(0), long(7), int(1), int(0), int(1), utf('key'), utf('value'), ...common, ...command])
  const message = Buffer.concat([int(partition), utf(fn.version), utf(JSON.stringify({ stageId: 1 })), ...common, int(1), utf('k'), utf('v'), int(0)])
  return Buffer.concat([int(-8), int(message.length), message, ...command])
}

/** One task. @returns the frames it gave */
export async function runWorker(daemon, { partition, fn, input, accumulator }) {
  const worker = await daemon.worker()
  worker.told ??= new Set()
  const files = fn.broadcasts.map(({ file }) => file).filter(({ number }) => !worker.told.has(number))
  for (const { number } of files) worker.told.add(number)
  const server = files[0]?.encrypted ? await reader(files) : undefined
  worker.socket.write(Buffer.concat([initBytes({ partition, fn }, files, server), ...input.flatMap(frame => [int(frame.length), frame]), int(-1), int(-4)]))
  const frames = []
  for (let length = await worker.int(); length !== -3; length = await worker.int()) {
    if (length === -2) throw Object.assign(new Error('failed'), { java: `org.apache.spark.api.python.PythonException: ${await worker.bytes(await worker.int())}` })
    frames.push(await worker.bytes(length))
  }
  await worker.bytes(8 * (process.env.FAKE_SPARK_DIALECT === '4.3' ? 6 : 5))
  if (await worker.int() !== -1) throw new Error('the end of data was expected')
  const updates = []
  for (let left = await worker.int(); left > 0; left--) updates.push(await worker.bytes(await worker.int()))
  if (await worker.int() === -4) daemon.idle.push(worker)
  if (updates.length > 0) await tell(accumulator, updates)
  return frames
}

/** As PythonAccumulatorV2 does: the token, then a count and frames; one byte comes back. */
async function tell({ port, token }, updates) {
  const socket = connect(port, '127.0.0.1')
  await new Promise(resolve => {
    socket.once('data', resolve)
    socket.write(Buffer.concat([Buffer.from(token), int(updates.length), ...updates.flatMap(update => [int(update.length), update])]))
  })
  socket.destroy()
}

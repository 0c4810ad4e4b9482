/**
 * A worker process at work: task after task from its socket, until Spark has no more for it. Between tasks it waits inside a read, so
 * timers of user functions do not fire then.
 */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SparkError } from '../../../core/errors.js'
import { installation } from '../../../core/installation.js'
import { toFailure } from '../../task/failure.js'
import { takeSpilled } from '../../task/spill-file.js'
import type { At } from '../../task/task.js'
import { int32, SIGN, utf } from '../wire-format.js'
import { keepConsole, takePrinted } from './console.js'
import { arrive } from './arrivals.js'
import { Inbox } from './inbox.js'
import { fill, forgetBroadcast, parseCommand, runCommand, shapeOf } from './run-command.js'
import { readInit, type TaskInit } from './task-init.js'
import { encodeUpdate, failureText, type Update } from './telling.js'
import { Ended, WireReader, WireWriter } from './wire.js'

// Rows that came and do not fit here wait in a file.
const INBOX_BYTES = 64 * 1024 * 1024

/** Says who it is, is asked for the secret, and works. @returns when the process may end */
export async function workOn(fd: number, env: NodeJS.ProcessEnv): Promise<void> {
  const reader = new WireReader(fd)
  const writer = new WireWriter(fd)
  try {
    greet(reader, writer, env)
    keepConsole()
    const files = new Map<number, () => string>()
    while (await oneTask(reader, writer, files, env)) if (!env.SPARK_REUSE_WORKER) return
  } catch (error) { if (!(error instanceof Ended)) throw error }
}

/** Spark kills it by its pid, and it works for nobody who does not know the secret. */
function greet(reader: WireReader, writer: WireWriter, { PYTHON_WORKER_FACTORY_SECRET: secret }: NodeJS.ProcessEnv): void {
  writer.bytes(int32(process.pid))
  writer.flush()
  if (secret === undefined) return // a Unix socket in a directory of its own
  if (reader.utf() !== secret) throw new Error('a wrong secret')
  writer.bytes(utf('ok'))
  writer.flush()
}

/** False when the worker is not wanted any more. */
async function oneTask(reader: WireReader, writer: WireWriter, files: Map<number, () => string>, env: NodeJS.ProcessEnv): Promise<boolean> {
  const bootMs = Date.now()
  let at: At = { operator: 'a task', site: undefined }
  try {
    const init = readInit(reader)
    const startMs = Date.now()
    note(init, files)
    const parsed = parseCommand(init.command, files)
    if (parsed.header.version !== installation.version) throw new SparkError('WORKER_VERSION', { worker: installation.version, driver: parsed.header.version })
    arrive(parsed.header.bundles, files, env)
    if (parsed.command.kind === 'stage') at = shapeOf(parsed.command, init.partition).at
    const path = join(spillDirectory(env), String(nextFile++))
    const inbox = new Inbox(`${path}.in`, INBOX_BYTES)
    try {
      fill(inbox, reader, parsed.command, init.partition)
      const deltas = await runCommand(parsed, inbox, { partition: init.partition, path, files }, writer)
      finish(writer, init, { bootMs, startMs, deltas, node: otherNode(parsed.header.node) })
    } finally { inbox.close() }
    return farewell(reader, writer)
  } catch (error) {
    if (error instanceof Ended) throw error
    writer.int32(SIGN.failed)
    writer.utf(failureText({ failure: toFailure(error, at), printed: takePrinted() }))
    writer.flush()
    return false
  }
}

function note({ broadcasts, forgotten }: TaskInit, files: Map<number, () => string>): void {
  for (const [id, text] of broadcasts) files.set(id, text)
  for (const id of forgotten) {
    files.delete(id)
    forgetBroadcast(id)
  }
}

function finish(writer: WireWriter, { longTiming }: TaskInit, { bootMs, startMs, deltas, node }: { bootMs: number; startMs: number } & Pick<Update, 'deltas' | 'node'>): void {
  const endMs = Date.now()
  writer.int32(SIGN.timing)
  for (const ms of [bootMs, startMs, endMs, ...longTiming ? [endMs - startMs] : []]) writer.int64(ms)
  for (const bytes of [0, takeSpilled()]) writer.int64(bytes) // spilled: as they were in memory, which is not known; on disk
  writer.int32(SIGN.endOfData)
  const printed = takePrinted()
  const updates = deltas.length + printed.length > 0 || node ? [encodeUpdate({ deltas, printed, node })] : []
  writer.int32(updates.length)
  for (const update of updates) {
    writer.int32(update.length)
    writer.bytes(update)
  }
  writer.flush()
}

/** Spark says whether it has read everything: then the worker may be used again. */
function farewell(reader: WireReader, writer: WireWriter): boolean {
  const again = reader.int32() === SIGN.endOfStream
  writer.int32(again ? SIGN.endOfStream : SIGN.endOfData)
  writer.flush()
  return again
}

let noted = false

/** Said once: this Node's version where its major one is another than the driver's. */
function otherNode(driver: string): string | undefined {
  const other = !noted && parseInt(driver, 10) !== parseInt(process.versions.node, 10)
  noted = true
  return other ? process.versions.node : undefined
}

let nextFile = 0
let directory: string | undefined

/** Among the executor's own files, which go when it does; each worker in a directory of its own, made with the first file. */
function spillDirectory({ SPARK_LOCAL_DIRS }: NodeJS.ProcessEnv): string {
  return directory ??= join(SPARK_LOCAL_DIRS?.split(',')[0] || tmpdir(), `tspark-${process.pid}-${randomBytes(6).toString('hex')}`)
}

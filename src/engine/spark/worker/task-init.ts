/**
 * What the JVM says before a task's rows. Two dialects: Spark 3.5 to 4.0 write field after field; 4.3 begins with a sign, a length and
 * some JSON. The first number tells them apart, so one worker serves all.
 *
 * Most of it we do not use, but each field has to be read to come to the next. After PythonRunner.scala and worker.py.
 */
import { readFileSync } from 'node:fs'
import { SIGN } from '../wire-format.js'
import { decrypted } from './decrypted.js'
import type { WireReader } from './wire.js'

export interface TaskInit {
  readonly partition: number
  /** Broadcasts that came, with what gives their text, and those that went. */
  readonly broadcasts: readonly (readonly [id: number, text: () => string])[]
  readonly forgotten: readonly number[]
  readonly command: Buffer
  /** Whether the times at the end have one more. */
  readonly longTiming: boolean
}

export function readInit(reader: WireReader): TaskInit {
  const first = reader.int32()
  return first === SIGN.startOfInit ? framed(reader) : plain(reader, first)
}

/** 3.5.x, 4.0.x */
function plain(reader: WireReader, partition: number): TaskInit {
  reader.utf() // "Python's" version: what we gave
  reader.boolean() // is it a barrier stage
  reader.int32() // its port
  reader.utf() // and secret
  times(3, () => reader.int32()) // stage, partition, attempt
  reader.int64() // the attempt's own id
  reader.int32() // cpus
  times(reader.int32(), () => { texts(reader, 2); texts(reader, reader.int32()) }) // resources
  times(reader.int32(), () => texts(reader, 2)) // local properties
  return { ...rest(reader), partition, longTiming: false, command: commandOf(reader) }
}

/** 4.3.x */
function framed(reader: WireReader): TaskInit {
  reader.int32() // the length of what follows, up to the command
  const partition = reader.int32()
  texts(reader, 2) // version; what a plain task says field by field, as JSON
  const common = rest(reader)
  for (let maps = 2; maps > 0; maps--) times(reader.int32(), () => texts(reader, 2)) // settings
  return { ...common, partition, longTiming: true, command: commandOf(reader) }
}

function rest(reader: WireReader): Pick<TaskInit, 'broadcasts' | 'forgotten'> {
  reader.utf() // where Spark put files
  texts(reader, reader.int32()) // Python's includes
  const encrypted = reader.boolean()
  const count = reader.int32()
  const server = encrypted ? { port: portOf(reader), secret: reader.utf() } : undefined
  const came: number[] = []
  const paths: string[] = []
  const forgotten: number[] = []
  times(count, () => {
    const id = Number(reader.int64())
    if (id < 0) return void forgotten.push(-id - 1)
    came.push(id)
    if (!server) paths.push(reader.utf())
  })
  const found = server ? decrypted(server, came.length).map(text => () => text) : paths.map(path => () => readFileSync(path, 'utf8'))
  reader.int32() // the kind of function: 0, over rows
  return { broadcasts: came.map((id, i) => [id, found[i]!] as const), forgotten }
}

function portOf(reader: WireReader): number {
  const port = reader.int32()
  if (port < 0) throw new Error('spark.python.unix.domain.socket.enabled is set, and tspark workers do not use Unix sockets: unset it')
  return port
}

const commandOf = (reader: WireReader): Buffer => reader.bytes(reader.int32())
const texts = (reader: WireReader, count: number): void => times(count, () => reader.skip(reader.int32()))

function times(count: number, read: () => void): void { for (let left = count; left > 0; left--) read() }

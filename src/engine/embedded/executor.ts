/**
 * An executor thread: takes a task, rebuilds its functions, runs it, gives back blocks and what its accumulators gained.
 *
 * What user functions print is sent to the driver, which alone owns the terminal. Nothing is kept between tasks but
 * imported modules, broadcast values and tables of keyed state, which are copies of what has been committed; functions and the
 * variables they captured are rebuilt for each task, so that a task run again starts from the same values.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { AccumulatorV2 } from '../../core/accumulator.js'
import { ACCUMULATOR } from '../../core/brand.js'
import { idOfClass } from '../../core/classes.js'
import { SparkError } from '../../core/errors.js'
import { executor } from '../../core/wiring.js'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import { toFailure } from '../task/failure.js'
import type { Fn } from '../task/fuse.js'
import type { NameClass } from '../task/row-writer.js'
import { runTask } from '../task/run.js'
import { StateTables } from '../task/state/state-tables.js'
import { sharedBytes, type MemoryShare } from '../task/task.js'
import type { Portable } from '../../closure/portable.js'
import { rebuild, rebuildValue, type RebuildHost } from '../../closure/rebuild.js'
import { spend } from './console-credit.js'
import type { AccumulatorZero, ExecutorData, FromExecutor, RunTask, ToExecutor } from './protocol.js'

type Accumulator = AccumulatorV2<unknown, unknown>

const port = parentPort!
const tell = (message: FromExecutor): void => port.postMessage(message)

const { imports, credit } = workerData as ExecutorData
const modules = new Map<string, object>()
const broadcasts = new Map<number, unknown>()
const tables = new StateTables()

for (const stream of ['stdout', 'stderr'] as const) redirect(stream)
// A promise or timer that a user function left behind says what went wrong; the tasks of this thread are not to blame.
for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, error => { console.error('left behind by a task:', error) })
for (const url of imports) await import(url)

port.on('message', (message: ToExecutor) => {
  if (message.kind === 'forget') broadcasts.delete(message.broadcast)
  else if (message.kind === 'forgetTable') tables.forget(message.version)
  else void run(message)
})
tell({ kind: 'ready' })

async function run(message: RunTask): Promise<void> {
  const accumulators = new Map<number, Accumulator>()
  try {
    await load([message.functions, ...message.classes, ...message.broadcasts.map(([, portable]) => portable), ...message.accumulators.map(([, portable]) => portable)])
    const host = hostOf(accumulators)
    take(message, host, accumulators)
    const again = (): Fn[] => rebuild(message.functions, host) as Fn[]
    const output = runTask(message.task, { fns: again(), again, nameClass, tables, share: beside(message.share) })
    const settled = output instanceof Promise ? await output : output
    tell({ kind: 'done', id: message.id, output: settled, deltas: [...accumulators].map(([id, accumulator]) => [id, accumulator.delta()]) })
    sharedBytesPassed(sharedBytes(message.task, settled))
  } catch (error) {
    tell({ kind: 'failed', id: message.id, failure: toFailure(error, message.task.at) })
  }
}

/** What tables take is not for tasks to group and sort in. */
const beside = (share: MemoryShare): MemoryShare => ({ ...share, heapBytes: share.heapBytes - Math.min(tables.bytes, share.tableBytes) })

async function load(portables: readonly Portable[]): Promise<void> {
  for (const { modules: urls } of portables)
    for (const url of urls) if (!modules.has(url)) modules.set(url, await executor.importModule(url))
}

function take(message: RunTask, host: RebuildHost, accumulators: Map<number, Accumulator>): void {
  for (const portable of message.classes) rebuildValue(portable, host)
  for (const [id, portable] of message.broadcasts) broadcasts.set(id, rebuildValue(portable, host))
  for (const [id, zero] of message.accumulators) accumulators.set(id, atZero(rebuildValue(zero, host) as AccumulatorZero, id))
}

function atZero({ type, fields }: AccumulatorZero, id: number): Accumulator {
  const made = fields ? Object.assign(Object.create(type.prototype as object) as object, { [ACCUMULATOR]: true }, Object.fromEntries(fields)) : new (type as new () => object)()
  return Object.assign(made, { id }) as Accumulator
}

const hostOf = (accumulators: ReadonlyMap<number, Accumulator>): RebuildHost => ({
  module: url => modules.get(url)!,
  broadcast: id => broadcasts.get(id),
  accumulator: id => accumulators.get(id)!,
})

const nameClass: NameClass = type => {
  const id = idOfClass(type)
  if (id === undefined) throw new SparkError('ROW_CLASS_UNKNOWN', { class: type.name })
  return id
}

/** Console methods write here, too. */
function redirect(stream: 'stdout' | 'stderr'): void {
  process[stream].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    spend(credit, text.length)
    tell({ kind: 'console', stream, text })
    const finished = [encoding, done].find(argument => typeof argument === 'function') as (() => void) | undefined
    if (finished) queueMicrotask(finished)
    return true
  }) as typeof process.stdout.write
}

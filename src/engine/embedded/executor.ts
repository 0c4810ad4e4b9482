/**
 * An executor thread: takes a task, rebuilds its functions, runs it, gives back blocks and what its accumulators gained.
 *
 * What user functions print is sent to the driver, which alone owns the terminal. Nothing is kept between tasks but
 * imported modules, broadcast values and tables of keyed state, which are copies of what has been committed; functions and the
 * variables they captured are rebuilt for each task, so that a task run again starts from the same values.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import { toFailure } from '../task/failure.js'
import type { Fn } from '../task/fuse.js'
import { Guest, load, nameKnownClass } from '../task/guest.js'
import { runTask } from '../task/run.js'
import { StateTables } from '../task/state/state-tables.js'
import { sharedBytes, type MemoryShare } from '../task/task.js'
import { rebuild, rebuildValue } from '../../closure/rebuild.js'
import { spend } from './console-credit.js'
import type { ExecutorData, FromExecutor, RunTask, ToExecutor } from './protocol.js'

const port = parentPort!
const tell = (message: FromExecutor): void => port.postMessage(message)

const { imports, credit } = workerData as ExecutorData
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
  const guest = new Guest(id => broadcasts.get(id))
  try {
    await load([message.functions, ...message.classes, ...message.broadcasts.map(([, portable]) => portable), ...message.accumulators.map(([, portable]) => portable)])
    guest.take(message)
    for (const [id, portable] of message.broadcasts) broadcasts.set(id, rebuildValue(portable, guest.host))
    const again = (): Fn[] => rebuild(message.functions, guest.host) as Fn[]
    const output = runTask(message.task, { fns: again(), again, nameClass: nameKnownClass, tables, share: beside(message.share) })
    const settled = output instanceof Promise ? await output : output
    tell({ kind: 'done', id: message.id, output: settled, deltas: guest.deltas() })
    sharedBytesPassed(sharedBytes(message.task, settled), 'shortly')
  } catch (error) {
    tell({ kind: 'failed', id: message.id, failure: toFailure(error, message.task.at) })
  }
}

/** What tables take is not for tasks to group and sort in. */
const beside = (share: MemoryShare): MemoryShare => ({ ...share, heapBytes: share.heapBytes - Math.min(tables.bytes, share.tableBytes) })

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

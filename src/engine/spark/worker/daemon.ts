/**
 * What an executor starts once per machine and program: it listens on loopback and gives each connection a process of its own, whose
 * file 0 is the socket. Node cannot fork; the processes are used again and again.
 *
 * Its own standard input is the executor's hold on it: numbers of processes to be killed come there, and its end is everybody's.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { writeSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { int32 } from '../wire-format.js'
import { arrivalsEnvironment } from './arrivals.js'

/** `worker`: the program and the arguments that make a worker of it. */
export function serve(worker: readonly string[], env: NodeJS.ProcessEnv): void {
  const children = new Set<ChildProcess>()
  const flags = env.TSPARK_WORKER_HEAP_MB ? [`--max-old-space-size=${env.TSPARK_WORKER_HEAP_MB}`] : []
  const server = createServer({ pauseOnConnect: true, noDelay: true }, socket => { hand(socket, [...flags, ...worker], { ...env, ...arrivalsEnvironment(env) }, children) })
  server.listen(0, '127.0.0.1', 1024, () => { writeSync(1, int32((server.address() as AddressInfo).port)) })
  const end = (): never => {
    for (const child of children) child.kill('SIGKILL')
    process.exit(0)
  }
  let bytes = Buffer.alloc(0)
  process.stdin.on('data', data => {
    bytes = Buffer.concat([bytes, data])
    for (; bytes.length >= 4; bytes = bytes.subarray(4)) kill(bytes.readInt32BE(0), children)
  })
  process.stdin.on('end', end)
  process.on('SIGTERM', end)
  process.on('SIGHUP', () => {})
}

/** The child gets the socket itself; ours is closed once it has. */
function hand(socket: Socket, args: readonly string[], env: NodeJS.ProcessEnv, children: Set<ChildProcess>): void {
  const child = spawn(process.execPath, args, { env, stdio: [socket, 'inherit', 'inherit'] })
  children.add(child)
  child.on('exit', () => children.delete(child))
  child.on('error', error => { console.error('tspark-worker: a worker could not be started:', error.message); socket.destroy() })
  child.on('spawn', () => socket.destroy())
  socket.on('error', () => {})
}

/** Only what it started itself. */
function kill(pid: number, children: ReadonlySet<ChildProcess>): void {
  for (const child of children) if (child.pid === pid) child.kill('SIGKILL')
}

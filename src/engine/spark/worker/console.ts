/** What user functions print, kept until the task ends: the driver alone owns the terminal. A function that prints without end is cut short. */
import type { Printed } from './telling.js'

const MOST_CHARS = 256 * 1024

let printed: Printed[] = []
let chars = 0

/** From now on nothing reaches the worker's own output. */
export function keepConsole(): void { for (const stream of ['stdout', 'stderr'] as const) redirect(stream) }

/** What was printed since the last call. */
export function takePrinted(): Printed[] {
  const taken = printed
  printed = []
  chars = 0
  return taken
}

function redirect(stream: Printed['stream']): void {
  process[stream].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    keep(stream, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    const finished = [encoding, done].find(argument => typeof argument === 'function') as (() => void) | undefined
    if (finished) queueMicrotask(finished)
    return true
  }) as typeof process.stdout.write
}

function keep(stream: Printed['stream'], text: string): void {
  const left = MOST_CHARS - chars
  if (left <= 0) return
  chars += text.length
  printed.push({ stream, text: text.length <= left ? text : `${text.slice(0, left)}\n… (more than ${MOST_CHARS} characters in one task: the rest is not shown)\n` })
}

/**
 * Whatever the process writes (console.log of a typed line, process.stdout.write of a library) goes through the one printer.
 * Returns the way to the real streams. A reader that went away (`| head -1`) ends the program quietly, as a shell tool should.
 */
import type { Stream } from './terminal.js'

export interface RealOutput {
  write(text: string, stream: Stream): void
  /** From now on the process's own writes arrive at `sink`. */
  capture(sink: (text: string, stream: Stream) => void): void
  /** Everything written has reached the system. */
  drained(): Promise<void>
  restore(): void
}

type Write = NodeJS.WriteStream['write']

export function realOutput(): RealOutput {
  const writes = { stdout: process.stdout.write.bind(process.stdout) as Write, stderr: process.stderr.write.bind(process.stderr) as Write }
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0) })
  return {
    write: (text, stream) => { writes[stream](text) },
    capture(sink) { for (const stream of ['stdout', 'stderr'] as const) process[stream].write = captured(stream, sink) },
    drained: () => new Promise(resolve => { writes.stdout('', () => writes.stderr('', () => resolve())) }),
    restore() { for (const stream of ['stdout', 'stderr'] as const) process[stream].write = writes[stream] },
  }
}

function captured(stream: Stream, sink: (text: string, stream: Stream) => void): Write {
  return ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    sink(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'), stream)
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') process.nextTick(callback as () => void)
    return true
  }) as Write
}

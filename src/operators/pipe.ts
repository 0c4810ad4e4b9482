/** A partition through another program: its rows as lines to standard input, the program's lines as rows. Runs in the executors. */
import { spawnSync } from 'node:child_process'
import { format } from '../core/format.js'

type Write = (line: string) => void

export interface PipeOptions<T = unknown> {
  /** Added to the environment of the executor. */
  readonly env?: Readonly<Record<string, string>>
  /** Called once per partition, before its rows. */
  readonly printPipeContext?: (write: Write) => void
  /** Writes a row, as one line or several; by default its text. */
  readonly printRDDElement?: (row: T, write: Write) => void
}

export const wordsOf = (command: string): string[] => command.split(/\s+/).filter(word => word !== '')

export function pipeRows<T>(rows: Iterable<T>, command: readonly string[], { env, printPipeContext, printRDDElement }: PipeOptions<T>): string[] {
  const lines: string[] = []
  const write: Write = line => { lines.push(line) }
  printPipeContext?.(write)
  for (const row of rows) printRDDElement ? printRDDElement(row, write) : write(format(row))
  return outputOf(command, lines.map(line => `${line}\n`).join(''), env)
}

function outputOf(command: readonly string[], input: string, env: PipeOptions['env']): string[] {
  const [program, ...args] = command
  const { status, signal, stdout, stderr, error } = spawnSync(program!, args, { input, encoding: 'utf8', maxBuffer: Infinity, env: { ...process.env, ...env } })
  if (stderr) console.error(stderr.replace(/\n$/, ''))
  // A program that does not read all of its input (head, say) has done its work all the same.
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  if (status !== 0) throw new Error(`Subprocess exited with status ${status ?? signal}. Command ran: ${command.join(' ')}`)
  const lines = stdout.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

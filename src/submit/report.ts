/**
 * What an unattended program says besides its print() blocks: what its functions write in executors, to the stream they wrote to;
 * and on stderr tspark's messages, failed batches with the user's own line and the record, and the error that ended it. Whatever
 * may come from data is escaped where a terminal would obey it.
 */
import { originalPosition } from '../core/source-text.js'
import { showSite } from '../core/call-site.js'
import type { CallSite } from '../core/call-site.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import type { EventBus, TaskFailure } from '../core/events.js'
import { expectationText } from '../core/expectation-text.js'
import { taskFailureOf } from '../core/task-failure.js'

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
type Streams = { readonly stdout: Stream; readonly stderr: Stream }

/** Writes events as they come; returns what ends it. */
export function reportEvents(events: EventBus, streams: Streams): () => void {
  const say = (text: string): void => { streams.stderr.write(`${text}\n`) }
  const ends = [
    events.on('message', ({ text }) => say(escapeControls(text))),
    events.on('console', ({ stream, text }) => { streams[stream].write(streams[stream].isTTY ? escapeControls(text) : text) }),
    events.on('expectation', event => {
      const text = expectationText(event, state => state === 'met' ? '✓' : '✗')
      if (text !== undefined) say(text)
    }),
    events.on('batchCompleted', ({ timeMs, error }) => {
      if (error === undefined) return
      say(`batch ${timeMs} ms failed: ${describeError(error)}`)
      if (error instanceof Error) reported.add(error)
    }),
  ]
  return () => { for (const end of ends) end() }
}

// A failed batch's error comes again from awaitTermination(), and then ends the program.
const reported = new WeakSet<Error>()

/** The error that ends the program; briefly where it has been shown in full. */
export const describeEnd = (error: unknown): string =>
  error instanceof Error && reported.has(error) ? 'stopped: the batch above failed' : describeError(error)

/** Several lines: what happened, the operator, the user's line with a caret, the record, the fix; or an error's stack in the user's own positions. */
export function describeError(error: unknown): string {
  const failure = taskFailureOf(error)
  if (error instanceof SparkError && failure) return escapeControls([`SparkError [${error.code}]: ${error.message}`, ...cardLines(failure), `  fix: ${error.fix}`].join('\n'))
  if (error instanceof SparkError) return escapeControls(`${String(error)}${error.site ? `\n  at ${showSite(error.site)}` : ''}`)
  if (error instanceof Error) return escapeControls(userStack(error))
  return escapeControls(`Uncaught ${show(error)}`)
}

/** A stack whose frames in compiled files read as the user's own lines. */
export function userStack(error: Error): string {
  const stack = safely(() => error.stack) ?? safely(() => String(error)) ?? 'an error that cannot be shown'
  const cause = error.cause instanceof Error ? `\n[cause]: ${userStack(error.cause)}` : ''
  return stack.split('\n').filter(line => !/^\s+at .*(node:internal|[\\/]dist[\\/]src[\\/](loader|submit)[\\/])/.test(line)).map(toUser).join('\n') + cause
}

const FRAME = /(file:\/\/[^\s()]*?):(\d+):(\d+)/

function toUser(line: string): string {
  return line.replace(FRAME, (whole, file: string, row: string, column: string) => {
    const at = originalPosition(file, Number(row), Number(column))
    return at ? `${at.file}:${at.line}:${at.column}` : whole
  })
}

function cardLines({ operator, site, record, thrownAt }: TaskFailure): string[] {
  const place = thrownAt ? [`  ${position(thrownAt)}`, `    ${thrownAt.text}`, `    ${' '.repeat(Math.max(0, thrownAt.column - 1))}^`] : []
  return [`  in ${operator} at ${showSite(site)}`, ...place, ...record === undefined ? [] : [`  record: ${record}`]]
}

const position = ({ file, line, column }: CallSite): string => `${file}:${line}:${column}`

const show = (value: unknown): string => safely(() => typeof value === 'string' ? value : JSON.stringify(value) ?? String(value)) ?? 'a value that cannot be shown'

function safely<T>(read: () => T): T | undefined {
  try { return read() } catch { return undefined }
}

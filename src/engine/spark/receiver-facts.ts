/** What Spark says of a receiver that ended or starts again, as a fact: its words are Java's. */
import type { Fact } from '../driver/receiver-notes.js'

/** `message`: why it stopped; `error`: a stack trace, or nothing. Undefined where nothing happened that the user need know. */
export function factOf(message: string, error: string): Fact | undefined {
  const text = `${message}\n${error}`
  if (/no more data/.test(text)) return { kind: 'closed', code: undefined, droppedBytes: 0 }
  if (/Error receiving data/.test(text)) return { kind: 'closed', code: codeOf(text), droppedBytes: 0 }
  if (/Error connecting|Error starting receiver/.test(text)) return { kind: 'failed', code: codeOf(text), message: firstLine(error) || firstLine(message) }
  return undefined
}

const CODES: readonly (readonly [RegExp, string])[] = [
  [/Connection refused/, 'ECONNREFUSED'],
  [/UnknownHostException/, 'ENOTFOUND'],
  [/timed out|SocketTimeout/i, 'ETIMEDOUT'],
  [/NoRouteToHost|unreachable/, 'EHOSTUNREACH'],
  [/Connection reset|Broken pipe/, 'ECONNRESET'],
]

const codeOf = (text: string): string => CODES.find(([pattern]) => pattern.test(text))?.[1] ?? 'EIO'
const firstLine = (text: string): string => text.split('\n')[0]!.trim()

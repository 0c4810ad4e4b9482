/**
 * Where in the user's own text a call stands: the first stack frame that belongs neither to tspark nor to Node.
 * Errors, graph listings and debug strings name operators by it.
 */
import { fileURLToPath } from 'node:url'
import { originalPosition } from './source-text.js'

export interface CallSite {
  /** A file path, or `<repl>:7` for the seventh input. */
  readonly file: string
  /** From 1, in the user's own text. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

const HERE = fileURLToPath(new URL('../../', import.meta.url)) // dist/

export function callSite(): CallSite | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 30
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  return userFrame(stack)
}

/** The first frame of a V8 stack text that lies in the user's own code. */
export function userFrame(stack: string): CallSite | undefined {
  for (const line of stack.split('\n')) {
    const frame = parseFrame(line)
    if (frame && !isOurs(frame.file)) return toUser(frame)
  }
  return undefined
}

/** A stack inside a text (an error that was inspected), without the frames that are ours or Node's. */
export const withoutOwnFrames = (text: string): string =>
  text.split('\n').filter(line => { const frame = parseFrame(line.replace(/[,} \]]+$/, '')); return !frame || !isOurs(frame.file) }).join('\n')

/** `prog.ts:12`; `<repl>:7` for the seventh input, `<repl>:7:3` for its third line. */
export function showSite(site: CallSite | undefined): string {
  if (!site) return 'unknown place'
  return site.line === 1 && site.file.startsWith('<repl>') ? site.file : `${site.file}:${site.line}`
}

function parseFrame(line: string): CallSite | undefined {
  const match = /^\s+at (?:.*? \()?(.*?):(\d+):(\d+)\)?$/.exec(line)
  return match ? { file: match[1]!, line: Number(match[2]), column: Number(match[3]) } : undefined
}

function isOurs(file: string): boolean {
  return file.startsWith('node:') || file.startsWith('internal') || plainPath(file).startsWith(HERE)
}

function toUser(frame: CallSite): CallSite {
  const original = originalPosition(frame.file, frame.line, frame.column)
  return original ?? { ...frame, file: plainPath(frame.file) }
}

const plainPath = (file: string): string => file.startsWith('file://') ? fileURLToPath(file.replace(/\?.*$/, '')) : file

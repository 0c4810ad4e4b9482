/**
 * The lines of earlier sessions.
 *
 * Each input is appended with one write before it runs, so that two shells at once merge and a crash loses nothing. The file
 * is the user's alone (0600) and is never opened through a symbolic link. Lines that begin with a blank or look like a secret
 * are not kept. A file that has grown too long is replaced by its newest part, in one rename; what another shell appended
 * meanwhile is carried over. Inputs of several lines are kept whole: their further lines begin with a tab.
 */
import { closeSync, constants, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants
const KEPT = 5000
const LIMIT_BYTES = 2 * 1024 * 1024
const MARK = '\t'

// Amazon, GitHub, Slack, OpenAI-like keys, private keys, and texts given to names of secrets (`token => …` and `(token: string)` are code).
const SECRET = /AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-|\bsk-[A-Za-z0-9_-]{16,}|-----BEGIN|(?:password|passwd|secret|token|api[_-]?key|credential)\w*["']?\s*(?:[:=]\s*["'`]|=(?![=>\s]))/i

export const isKept = (input: string): boolean => input.trim() !== '' && !/^\s/.test(input) && !SECRET.test(input)

/** TSPARK_HISTORY names another file; empty, it keeps none. */
export const historyFile = (): string | undefined => (process.env.TSPARK_HISTORY ?? join(homedir(), '.tspark_history')) || undefined

export class History {
  readonly #file: string | undefined
  /** Said once when the file cannot be used. */
  problem: string | undefined

  constructor(file: string | undefined) { this.#file = file }

  /** Inputs of earlier sessions, newest first. */
  load(): string[] {
    return this.#guarded(file => {
      const text = readAll(file)
      const inputs = decode(text)
      if (Buffer.byteLength(text) > LIMIT_BYTES) replace(file, inputs.slice(-KEPT), Buffer.byteLength(text))
      return inputs.slice(-KEPT).reverse()
    }) ?? []
  }

  /** Keeps one input, if it may be kept. */
  add(input: string): void {
    if (isKept(input)) this.#guarded(file => append(file, encode(input)), true)
  }

  #guarded<R>(work: (file: string) => R, mustExist = false): R | undefined {
    if (this.#file === undefined || this.problem !== undefined) return undefined
    try { return work(this.#file) } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' || mustExist) this.problem = `history is not kept: ${code === 'ELOOP' ? `${this.#file} is a symbolic link` : message}`
      return undefined
    }
  }
}

const encode = (input: string): string => `${input.trimEnd().replaceAll('\n', `\n${MARK}`)}\n`
const decode = (text: string): string[] => text.split(/\n(?!\t)/).filter(Boolean).map(entry => entry.replaceAll(`\n${MARK}`, '\n'))

function append(file: string, text: string): void {
  const fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  try { writeSync(fd, text) } finally { closeSync(fd) }
}

function readAll(file: string): string {
  const fd = openSync(file, O_RDONLY | O_NOFOLLOW)
  try { return readFrom(fd, 0).toString('utf8') } finally { closeSync(fd) }
}

function readFrom(fd: number, from: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, fstatSync(fd).size - from))
  return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from))
}

function replace(file: string, inputs: readonly string[], readBytes: number): void {
  const old = openSync(file, O_RDONLY | O_NOFOLLOW)
  const draft = `${file}.${process.pid}.new`
  const fd = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    writeSync(fd, inputs.map(encode).join(''))
    renameSync(draft, file)
    const late = readFrom(old, readBytes)
    if (late.length) append(file, late.toString('utf8'))
  } finally { closeSync(fd); closeSync(old) }
}

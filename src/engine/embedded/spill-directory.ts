/**
 * The one directory of an engine's files, its owner's alone: made by whoever first writes a file (spill-file.ts), under a name that
 * nobody can guess, so that a program that needs no disk leaves no trace on it; removed at stop and when the process exits.
 * A file that is no longer wanted is removed at once, unless jobs run that may have been told of it: then after them.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptFiles } from '../task/memory.js'

interface Doomed { readonly files: Iterable<string>; readonly readers: Set<number> }

export class SpillDirectory {
  readonly #path: string
  #nextName = 0
  readonly #running = new Set<number>()
  #doomed: Doomed[] = []

  /**
   * `parent` may be empty: the system's place for such files. `endWriters` tells the threads that write files to end: when the
   * process exits they are still at it, and would make the directory anew.
   */
  constructor(parent: string, readonly endWriters: () => void = () => {}) {
    this.#path = join(parent || tmpdir(), `tspark-${randomBytes(12).toString('hex')}`)
    open.add(this)
    if (open.size === 1) process.on('exit', removeAll)
  }

  /** Whether a file has been made: most programs never make one, and exit at once. */
  get isUsed(): boolean { return existsSync(this.#path) }

  /** A name that no file has had: `…/17`. */
  newName(): string { return join(this.#path, String(this.#nextName++)) }

  jobStarts(job: number): void { this.#running.add(job) }

  jobEnded(job: number): void {
    this.#running.delete(job)
    for (const { readers } of this.#doomed) readers.delete(job)
    this.#sweep()
  }

  remove(files: Iterable<string>): void {
    if (files[Symbol.iterator]().next().done) return
    this.#doomed.push({ files, readers: new Set(this.#running) })
    this.#sweep()
  }

  /** The files of an attempt at a task that nobody will hear of. */
  removeAttempt(name: string): void { this.remove(attemptFiles(name)) }

  close(): void {
    open.delete(this)
    if (open.size === 0) process.off('exit', removeAll)
    this.removeAll()
  }

  removeAll(): void { rmSync(this.#path, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 }) }

  #sweep(): void {
    const due = this.#doomed.filter(({ readers }) => readers.size === 0)
    this.#doomed = this.#doomed.filter(({ readers }) => readers.size > 0)
    for (const { files } of due) for (const file of files) void rm(file, { force: true }).catch(() => {})
  }
}

const open = new Set<SpillDirectory>()

/** Writers that were told to end need a moment: what they still make is removed once they have. */
function removeAll(): void {
  const directories = [...open].filter(directory => directory.isUsed)
  if (directories.length === 0) return
  for (const directory of directories) directory.endWriters()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ENDING_MS)
  for (const directory of directories) directory.removeAll()
}

// Threads end within 10 ms of being told (measured), unless they are inside a long write.
const ENDING_MS = 50

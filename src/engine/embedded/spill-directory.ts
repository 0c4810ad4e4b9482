/**
 * The one directory of an engine's files, its owner's alone: made by whoever first writes a file (spill-file.ts), under a name that
 * nobody can guess, so that a program that needs no disk leaves no trace on it; removed at stop and when the process exits.
 * A file that is no longer wanted is removed at once, unless jobs run that may have been told of it: then after them.
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
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

  /** `parent` may be empty: the system's place for such files. */
  constructor(parent: string) {
    this.#path = join(parent || tmpdir(), `tspark-${randomBytes(12).toString('hex')}`)
    open.add(this)
    if (open.size === 1) process.on('exit', removeAll)
  }

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
    rmSync(this.#path, { recursive: true, force: true })
  }

  #sweep(): void {
    const due = this.#doomed.filter(({ readers }) => readers.size === 0)
    this.#doomed = this.#doomed.filter(({ readers }) => readers.size > 0)
    for (const { files } of due) for (const file of files) void rm(file, { force: true }).catch(() => {})
  }
}

const open = new Set<SpillDirectory>()
const removeAll = (): void => { for (const directory of open) directory.close() }

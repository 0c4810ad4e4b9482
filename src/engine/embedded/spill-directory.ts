/**
 * The one directory of an engine's files: made when first needed, its owner's alone, removed at stop and when the process exits.
 * A file that is no longer wanted is removed at once, unless jobs run that may have been told of it: then after them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptFiles } from '../task/memory.js'

interface Doomed { readonly files: Iterable<string>; readonly readers: Set<number> }

export class SpillDirectory {
  #path: string | undefined
  #nextName = 0
  readonly #running = new Set<number>()
  #doomed: Doomed[] = []
  readonly #atExit = (): void => { if (this.#path) rmSync(this.#path, { recursive: true, force: true }) }

  constructor(readonly parent: string) {}

  /** A name that no file has had: `…/17`. */
  newName(): string { return join(this.#path ??= this.#make(), String(this.#nextName++)) }

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
    process.off('exit', this.#atExit)
    this.#atExit()
    this.#path = undefined
  }

  #make(): string {
    process.on('exit', this.#atExit)
    const parent = this.parent || tmpdir()
    // Where there is no place for files, only what needs one fails, and says so.
    try { return mkdtempSync(join(parent, 'tspark-')) } catch { return join(parent, 'tspark-cannot-be-made') }
  }

  #sweep(): void {
    const due = this.#doomed.filter(({ readers }) => readers.size === 0)
    this.#doomed = this.#doomed.filter(({ readers }) => readers.size > 0)
    for (const { files } of due) for (const file of files) void rm(file, { force: true }).catch(() => {})
  }
}

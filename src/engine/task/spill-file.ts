/**
 * A file that rows are moved to when memory is full: opened at the first write, only ever appended to, readable by its owner alone.
 * A disk that is full is an error that names the settings; the task that met it removes its files.
 */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { SparkError } from '../../core/errors.js'
import type { Part } from './task.js'

export class SpillFile {
  #fd = -1
  #end = 0

  constructor(readonly path: string) {}

  append(bytes: Uint8Array): Part {
    const start = this.#end
    if (bytes.length > 0) this.#write(bytes)
    return { in: this.path, start, end: this.#end }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }

  remove(): void {
    const used = this.#fd >= 0 || this.#end > 0
    this.close()
    if (used) rmSync(this.path, { force: true })
  }

  #write(bytes: Uint8Array): void {
    try {
      if (this.#fd < 0) {
        makeDirectory(this.path)
        this.#fd = openSync(this.path, 'wx', 0o600)
      }
      // A disk that is nearly full takes a part of the bytes first and refuses with the next call.
      for (let at = 0; at < bytes.length;) {
        const written = writeSync(this.#fd, bytes, at, bytes.length - at)
        at += written
        this.#end += written
        spilled += written
      }
    } catch (error) { throw spillFailed(this.path, error) }
  }
}

let spilled = 0

/** How many bytes this thread has moved to files since it was last asked. */
export function takeSpilled(): number {
  const taken = spilled
  spilled = 0
  return taken
}

let made: string | undefined

/** The directory of that file, if this is the first one in it. One that has been removed since, at the end, is not made again. */
export function makeDirectory(path: string): void {
  const directory = dirname(path)
  if (directory === made) return
  try { mkdirSync(directory, 0o700) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error }
  made = directory
}

export const spillFailed = (path: string, error: unknown): SparkError =>
  new SparkError('SPILL_FAILED', { directory: dirname(path), reason: error instanceof Error ? error.message : String(error) }, { cause: error })

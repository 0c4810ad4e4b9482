/**
 * The directory of checkpoints.
 *
 *   DIR/checkpoint-<ms>                       one per batch time, the newest ten
 *   DIR/state/<operator>/<ms>/part-00000 …    rows that they name; what none of them names any more is removed
 *
 * All is written beside its place, forced to disk, and then takes its name: who is killed at any moment leaves the old or the new,
 * never half of one. The directory is its owner's alone (0700, files 0600). Who removes it while a stream runs loses what was in
 * it; the next write makes it anew.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js'
import type { Checkpoint, RowSet } from './checkpoint.js'
import { isSlug, slugOf } from './graph-shape.js'
import { partName } from './state-files.js'

// Spark's number.
const KEPT = 10
const NAME = /^checkpoint-(\d{1,16})$/

export const stateDirectory = (directory: string): string => join(directory, 'state')
export const setDirectory = (directory: string, { identity, timeMs }: Pick<RowSet, 'identity' | 'timeMs'>): string => join(stateDirectory(directory), slugOf(identity), String(timeMs))
export const partPaths = (directory: string, set: RowSet): string[] => set.parts.map((_, i) => join(setDirectory(directory, set), partName(i)))

/** Names of checkpoint files, the newest first. */
export const newestFirst = (names: readonly string[]): string[] =>
  names.filter(name => NAME.test(name)).sort((a, b) => timeOf(b) - timeOf(a))

const timeOf = (name: string): number => Number(NAME.exec(name)![1])

export class CheckpointStore {
  /** Which sets of rows a checkpoint file names, by the file's name. */
  readonly #named = new Map<string, ReadonlySet<string>>()

  constructor(readonly directory: string) {}

  /**
   * Removes what was being written when a process died. A run that begins afresh `atMs` also removes what claims to be later (a
   * clock was set back): it would be found before anything that this run writes.
   */
  async open(atMs = Infinity): Promise<void> {
    await makeDirectory(this.directory)
    const operators = (await entries(stateDirectory(this.directory))).filter(isSlug)
    const places = [this.directory, ...operators.map(name => join(stateDirectory(this.directory), name))]
    for (const place of places) for (const name of await entries(place)) if (/^\.(checkpoint-)?\d+\./.test(name)) await remove(join(place, name))
    for (const name of newestFirst(await entries(this.directory))) if (timeOf(name) > atMs) await remove(join(this.directory, name))
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    const name = `checkpoint-${checkpoint.generatedMs}`
    const path = join(this.directory, name)
    const temporary = beside(path)
    try {
      await writeFile(temporary, encodeCheckpoint(checkpoint))
      await rename(temporary, path)
      await syncDirectory(this.directory)
    } catch (error) {
      await remove(temporary)
      throw error
    }
    this.#named.set(name, namedBy(this.directory, checkpoint))
    await this.#dropOld()
  }

  /** Gives the rows of a set a place: `write` fills a directory, which takes its name when that is done. */
  async writeSet<T>(set: Pick<RowSet, 'identity' | 'timeMs'>, write: (directory: string) => Promise<T>): Promise<T> {
    const path = setDirectory(this.directory, set)
    const temporary = beside(path)
    await makeDirectory(temporary)
    try {
      const written = await write(temporary)
      await syncDirectory(temporary)
      await remove(path)
      await rename(temporary, path)
      await syncDirectory(dirname(path))
      return written
    } catch (error) {
      await remove(temporary)
      throw error
    }
  }

  /** Removes the sets of rows that neither a checkpoint names nor `needed` holds. */
  async removeUnnamed(needed: Iterable<RowSet>): Promise<void> {
    const kept = new Set([...needed].map(set => setDirectory(this.directory, set)))
    for (const name of newestFirst(await entries(this.directory))) for (const path of await this.#namedIn(name)) kept.add(path)
    const root = stateDirectory(this.directory)
    for (const operator of (await entries(root)).filter(isSlug)) {
      const times = (await entries(join(root, operator))).filter(name => /^\d+$/.test(name)).map(name => join(root, operator, name))
      for (const path of times.filter(path => !kept.has(path))) await remove(path)
      await rmdir(join(root, operator)).catch(() => {}) // while something is in it, it stays
    }
  }

  async #dropOld(): Promise<void> {
    for (const name of newestFirst(await entries(this.directory)).slice(KEPT)) {
      this.#named.delete(name)
      await remove(join(this.directory, name))
    }
  }

  /** A file that cannot be read names nothing. */
  async #namedIn(name: string): Promise<ReadonlySet<string>> {
    const known = this.#named.get(name) ?? await readFile(join(this.directory, name)).then(bytes => namedBy(this.directory, decodeCheckpoint(bytes))).catch(() => new Set<string>())
    this.#named.set(name, known)
    return known
  }
}

const namedBy = (directory: string, { rows }: Checkpoint): ReadonlySet<string> => new Set(rows.sets.map(set => setDirectory(directory, set)))

/** Hidden, in the same directory, hence on the same file system: a rename there is atomic. */
const beside = (path: string): string => join(dirname(path), `.${path.slice(dirname(path).length + 1)}.${randomBytes(4).toString('hex')}`)

const entries = (path: string): Promise<string[]> => readdir(path).catch(() => [])
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true }).catch(() => {})

async function writeFile(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally { await file.close() }
}

async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made))
}

/** That a name is there outlives a power cut only once its directory is on disk. Windows opens none, and needs it not. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try { await directory.sync() } finally { await directory.close() }
}

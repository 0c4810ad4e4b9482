/**
 * Lines of the files that appear in a directory: textFileStream.
 *
 * A file belongs to the batch at time t when threshold < mtime ≤ t and it was not taken before; threshold is the later of the
 * stream's start and t minus the remember window (60 s). Names that begin with "." are ignored, subdirectories not entered; the
 * directory may be a pattern of directories. Files must be complete when they appear (move them in): what is appended to a
 * taken file is not seen. On a clock that is moved by hand a batch takes what is there when it is taken. Spark drops older files without a word; here they are counted and said. After a restart from a checkpoint
 * each batch is given the same files again (given-files.ts), and then what has come meanwhile.
 *
 * After Spark's FileInputDStream, whose remember window this keeps.
 */
import type { SparkConf } from '../core/conf.js'
import { escapeControls } from '../core/escape.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { InputSource, SourceBatch, SourceContext } from '../plan/stream-plan.js'
import { decodeGiven, encodeGiven, type GivenFiles } from './given-files.js'
import { listFiles, type FoundFile } from './list-files.js'
import { localPath } from './paths.js'
import { filesNode } from './text-file.js'

export interface FileSourceOptions {
  /** What lies in the directories that a pattern names; undefined: there is no such directory. */
  readonly list?: (directory: string) => Promise<readonly FoundFile[] | undefined>
  /** What becomes of a batch's files; else their lines. */
  readonly toRdd?: (files: readonly FoundFile[]) => RddNode
  /** As the user called it. */
  readonly operator?: string
}

/**
 * @param directory a directory or a pattern of directories, such as `logs/2026-*`
 * @throws FILE_SYSTEM_UNSUPPORTED
 */
export function fileSource(directory: string, conf: SparkConf, { list = listFiles, toRdd = linesOf, operator = 'textFileStream' }: FileSourceOptions = {}): InputSource {
  return new FileSource(localPath(directory), conf.getMs('spark.streaming.fileStream.minRememberDuration'), { list, toRdd, operator })
}

/** The lines of files, as a batch of textFileStream. */
export const linesOf = (files: readonly FoundFile[]): RddNode => filesNode(files, { format: 'lines', minPartitions: 1, operator: 'textFileStream', site: undefined })

// How many lines a file has is known once it is read; Spark reports none, too.
const UNKNOWN = 0

class FileSource implements InputSource {
  readonly name: string
  #context: SourceContext | undefined
  #rememberMs = 0
  /** When a file was taken, or last grew, by its path: until that falls out of the remember window it is not taken again. */
  #taken = new Map<string, number>()
  /** Files known to be too old: those there at the start, and those that have been said. */
  #old = new Set<string>()
  #absenceSaid = false
  /** Files of batches that a checkpoint may still have to tell. */
  #given: (readonly [timeMs: number, files: readonly FoundFile[]])[] = []
  #startMs = 0
  #givenUntilMs = -Infinity
  /** Batches after this may have to be given again; none while no checkpoints are written. */
  #neededAfterMs = Infinity
  #recovered: GivenFiles | undefined

  constructor(readonly directory: string, readonly minRememberMs: number, readonly how: Required<FileSourceOptions>) {
    this.name = directory
  }

  async start(context: SourceContext): Promise<void> {
    const batchMs = context.batchDuration.milliseconds
    this.#context = context
    this.#rememberMs = Math.ceil(this.minRememberMs / batchMs) * batchMs
    this.#taken = new Map()
    this.#absenceSaid = false
    this.#recover(context)
    const there = await this.how.list(this.directory)
    this.#old = new Set(there?.filter(({ path, mtimeMs }) => mtimeMs <= this.#knownUntilMs() && !this.#taken.has(path)).map(({ path }) => path))
    if (!there) this.#sayAbsent()
  }

  stop(): void {}

  checkpoint(after: Time): unknown {
    this.#neededAfterMs = after.milliseconds
    return encodeGiven({ startMs: this.#startMs, untilMs: this.#givenUntilMs, batches: this.#given })
  }

  async batch(time: Time): Promise<SourceBatch> {
    const again = this.#recovered && time.milliseconds <= this.#recovered.untilMs
    const files = again ? this.#recovered!.batches.find(([timeMs]) => timeMs === time.milliseconds)?.[1] ?? [] : await this.#fresh(time)
    return { rdd: this.how.toRdd(files), records: UNKNOWN }
  }

  /** Goes on where an earlier run has left off: what it took is taken, what was too old for it stays so. */
  #recover({ startTime, recovered }: SourceContext): void {
    this.#recovered = recovered === undefined ? undefined : decodeGiven(recovered, this.directory)
    if (recovered !== undefined && !this.#recovered) this.#say('what the checkpoint says of its files cannot be read: the files that come from now on are')
    const startMs = this.#context?.wallMs?.() ?? startTime.milliseconds
    this.#startMs = this.#recovered?.startMs ?? startMs
    this.#givenUntilMs = this.#recovered?.untilMs ?? startMs
    this.#given = [...this.#recovered?.batches ?? []]
    for (const [timeMs, files] of this.#given) for (const { path, mtimeMs } of files) this.#taken.set(path, Math.max(timeMs, mtimeMs))
  }

  /** Files not later than this were read, or told to be too old, before. */
  #knownUntilMs(): number { return this.#recovered ? Math.max(this.#startMs, this.#givenUntilMs - this.#rememberMs) : this.#startMs }

  async #fresh(time: Time): Promise<readonly FoundFile[]> {
    const files = await this.how.list(this.directory)
    if (!files) this.#sayAbsent()
    const untilMs = this.#context!.wallMs?.() ?? time.milliseconds
    const thresholdMs = Math.max(this.#startMs, untilMs - this.#rememberMs)
    this.#remember(untilMs, files ?? [])
    this.#sayLate((files ?? []).filter(file => file.mtimeMs <= thresholdMs && !this.#taken.has(file.path)))
    const fresh = (files ?? []).filter(({ path, mtimeMs }) => mtimeMs > thresholdMs && mtimeMs <= untilMs && !this.#taken.has(path))
    for (const { path } of fresh) this.#taken.set(path, untilMs)
    this.#keep(time, fresh, untilMs)
    return fresh
  }

  #keep(time: Time, files: readonly FoundFile[], untilMs: number): void {
    const afterMs = Math.min(this.#neededAfterMs, time.milliseconds - this.#rememberMs)
    this.#given = this.#given.filter(([timeMs, given]) => timeMs > afterMs || given.some(({ mtimeMs }) => mtimeMs > untilMs - this.#rememberMs))
    if (files.length > 0) this.#given.push([time.milliseconds, files])
    this.#givenUntilMs = time.milliseconds
  }

  /** A taken file that still grows stays taken; one that has rested for the whole window may be replaced by another of its name. */
  #remember(untilMs: number, files: readonly FoundFile[]): void {
    for (const { path, mtimeMs } of files) {
      const takenMs = this.#taken.get(path)
      if (takenMs !== undefined && mtimeMs > takenMs && mtimeMs <= untilMs) this.#taken.set(path, mtimeMs)
    }
    for (const [path, takenMs] of this.#taken) {
      if (takenMs > untilMs - this.#rememberMs) continue
      this.#taken.delete(path)
      this.#old.add(path)
    }
  }

  #sayLate(tooOld: readonly FoundFile[]): void {
    const late = tooOld.filter(({ path }) => !this.#old.has(path))
    this.#old = new Set(tooOld.map(({ path }) => path))
    if (late.length === 0) return
    const names = late.slice(0, 3).map(({ path }) => path).join(', ') + (late.length > 3 ? ', …' : '')
    this.#say(`${late.length === 1 ? 'a file is' : `${late.length} files are`} older than the stream's start, or than ${this.#rememberMs / 1000} s, and not read: ${names}; touch moved files to have them read`)
  }

  #sayAbsent(): void {
    if (!this.#absenceSaid) this.#say(`there is no directory ${this.directory} yet: files are read once it exists`)
    this.#absenceSaid = true
  }

  #say(text: string): void { this.#context!.message('warn', `${this.how.operator}: ${escapeControls(text)}`) }
}

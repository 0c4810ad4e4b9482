/**
 * The files that are in a directory now, as one batch, and then the end: the stream stops by itself once it is done. After a
 * restart from a checkpoint these are the files that no run before has read: so a program that is run once a day reads each once.
 */
import { escapeControls } from '../core/escape.js'
import type { InputSource, SourceContext } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { decodeGiven, encodeGiven, type GivenFiles } from './given-files.js'
import { listFiles, type FoundFile } from './list-files.js'
import { localPath } from './paths.js'
import { emptyOf } from './rows.js'

const NOTHING: GivenFiles = { startMs: 0, untilMs: -1, batches: [] }

/** @throws FILE_SYSTEM_UNSUPPORTED */
export function filesOnce(directory: string, operator: string, toRdd: (files: readonly FoundFile[]) => RddNode): InputSource {
  const path = localPath(directory)
  let context: SourceContext | undefined
  let given = NOTHING
  let read = false
  return {
    name: path,
    start(started) { [context, given, read] = [started, decodeGiven(started.recovered, path) ?? NOTHING, false] },
    stop() {},
    async batch({ milliseconds: timeMs }) {
      if (!read && timeMs > given.untilMs) {
        const files = await unread()
        given = { ...given, untilMs: timeMs, batches: [...given.batches, [timeMs, files]] }
        read = true
      }
      const files = given.batches.find(([atMs]) => atMs === timeMs)?.[1] ?? []
      return { rdd: files.length > 0 ? toRdd(files) : emptyOf(operator), records: 0 }
    },
    ended: () => read,
    checkpoint: () => encodeGiven(given),
  }

  async function unread(): Promise<readonly FoundFile[]> {
    const files = await listFiles(path)
    if (!files) context!.message('warn', `${operator}: there is no directory ${escapeControls(path)}, so there is nothing to read`)
    const taken = new Set(given.batches.flatMap(([, files]) => files.map(file => file.path)))
    // A run that watched the directory has read all of its time, and left out what was older than its start.
    const watchedUntilMs = given.startMs > 0 ? given.untilMs : -Infinity
    return files?.filter(file => !taken.has(file.path) && file.mtimeMs > watchedUntilMs) ?? []
  }
}

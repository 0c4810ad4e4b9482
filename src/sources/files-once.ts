/** The files that are in a directory now, as one batch, and then the end: the stream stops by itself once it is done. */
import { escapeControls } from '../core/escape.js'
import type { Time } from '../core/time.js'
import type { InputSource, SourceContext } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { decodeGiven, encodeGiven } from './given-files.js'
import { listFiles, type FoundFile } from './list-files.js'
import { localPath } from './paths.js'
import { emptyOf } from './rows.js'

/** @throws FILE_SYSTEM_UNSUPPORTED */
export function filesOnce(directory: string, operator: string, toRdd: (files: readonly FoundFile[]) => RddNode): InputSource {
  const path = localPath(directory)
  let context: SourceContext | undefined
  let read: { readonly timeMs: number; readonly files: readonly FoundFile[] } | undefined
  return {
    name: path,
    start(started) { [context, read] = [started, recoveredRead(started.recovered, path)] },
    stop() {},
    async batch(time) {
      read ??= await readAt(time)
      const files = time.milliseconds === read.timeMs ? read.files : []
      return { rdd: files.length > 0 ? toRdd(files) : emptyOf(operator), records: 0 }
    },
    ended: () => read !== undefined,
    checkpoint: () => read && encodeGiven({ startMs: 0, untilMs: read.timeMs, batches: [[read.timeMs, read.files]] }),
  }

  async function readAt(time: Time): Promise<NonNullable<typeof read>> {
    const files = await listFiles(path)
    if (!files) context!.message('warn', `${operator}: there is no directory ${escapeControls(path)}, so there is nothing to read`)
    return { timeMs: time.milliseconds, files: files ?? [] }
  }
}

/** After a restart the batch that read the files is given the same ones; others are empty. */
function recoveredRead(recovered: unknown, path: string): { readonly timeMs: number; readonly files: readonly FoundFile[] } | undefined {
  const given = recovered === undefined ? undefined : decodeGiven(recovered, path)
  return given && { timeMs: given.untilMs, files: given.batches[0]?.[1] ?? [] }
}

/** The files that are in a directory now, as one batch, and then the end: the stream stops by itself once it is done. */
import { escapeControls } from '../core/escape.js'
import type { InputSource, SourceContext } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { listFiles, type FoundFile } from './list-files.js'
import { localPath } from './paths.js'
import { emptyOf } from './rows.js'

/** @throws FILE_SYSTEM_UNSUPPORTED */
export function filesOnce(directory: string, operator: string, toRdd: (files: readonly FoundFile[]) => RddNode): InputSource {
  const path = localPath(directory)
  let context: SourceContext | undefined
  let read = false
  return {
    name: path,
    start(started) { [context, read] = [started, false] },
    stop() {},
    async batch() {
      const files = read ? [] : await listFiles(path)
      read = true
      if (!files) context!.message('warn', `${operator}: there is no directory ${escapeControls(path)}, so there is nothing to read`)
      return { rdd: files?.length ? toRdd(files) : emptyOf(operator), records: 0 }
    },
    ended: () => read,
  }
}

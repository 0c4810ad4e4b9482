/** A block's rows, written to a file without holding the prompt up: what the driver does when a persisted block must leave memory. */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { makeDirectory, spillFailed } from '../task/spill-file.js'
import type { Part, RowBlock } from '../task/task.js'

/** The block as it is afterwards; what was in files already stays there. */
export async function blockToFile(block: RowBlock, path: string): Promise<RowBlock> {
  try {
    makeDirectory(path)
    const file = await open(path, 'wx', 0o600)
    try { return { ...block, parts: await written(block.parts, file, path) } } finally { await file.close() }
  } catch (error) {
    await rm(path, { force: true }).catch(() => {})
    throw spillFailed(path, error)
  }
}

async function written(parts: readonly Part[], file: FileHandle, path: string): Promise<Part[]> {
  const moved: Part[] = []
  let end = 0
  for (const part of parts) {
    if (typeof part.in === 'string') moved.push(part)
    else {
      const start = end
      const bytes = new Uint8Array(part.in, part.start, part.end - part.start)
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
      moved.push({ in: path, start, end: end += bytes.length })
    }
  }
  return moved
}

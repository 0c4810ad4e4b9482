/**
 * What lies in the directories that a path or pattern names, with times and sizes: the file system as textFileStream sees it.
 * Plain files only (links are followed); what vanishes meanwhile, or cannot be looked at, is not there.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { glob, isPattern } from './glob.js'
import { namesIn } from './paths.js'

export interface FoundFile { readonly path: string; readonly mtimeMs: number; readonly bytes: number }

// As many as a thread pool of four can keep busy; more would only queue.
const AT_ONCE = 32

/** Sorted by directory and name; undefined where no directory is there. */
export async function listFiles(directory: string): Promise<FoundFile[] | undefined> {
  const directories = isPattern(directory) ? glob(directory, namesIn) : [directory]
  const listed = await Promise.all(directories.map(filesIn))
  const found = listed.filter(files => files !== undefined)
  return found.length > 0 ? found.flat() : undefined
}

async function filesIn(directory: string): Promise<FoundFile[] | undefined> {
  const names = await readdir(directory).catch(() => undefined)
  const paths = names?.filter(name => !name.startsWith('.')).sort().map(name => join(directory, name)) ?? []
  const found: (FoundFile | undefined)[] = []
  for (let from = 0; from < paths.length; from += AT_ONCE) found.push(...await Promise.all(paths.slice(from, from + AT_ONCE).map(look)))
  return names && found.filter(file => file !== undefined)
}

async function look(path: string): Promise<FoundFile | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ? { path, mtimeMs: Math.floor(stats.mtimeMs), bytes: stats.size } : undefined
}

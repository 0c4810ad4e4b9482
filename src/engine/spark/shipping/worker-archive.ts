/**
 * The archives of tspark's worker and of Node, as files in the cache directory whose names tell their content by a hash: made when there is none.
 *
 * The worker's holds what runs in an executor and what modules of users may import; the prompt and TypeScript's compiler stay here, since
 * modules travel compiled.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { createGzip } from 'node:zlib'
import { cacheDir } from '../../../core/cache-dir.js'
import { SparkError } from '../../../core/errors.js'
import { installation } from '../../../core/installation.js'
import { tarOf, type Entry } from './tar.js'

export interface Archive {
  readonly path: string
  /** The directory that executors have it in. */
  readonly as: string
}

/** As spark.archives has it: a URL, since a path with a blank would lose what follows `#`. */
export const named = ({ path, as }: Archive): string => `${pathToFileURL(path).href.replaceAll(',', '%2C')}#${as}`

/** What an executor starts, from where it works. */
export const WORKER = { worker: './tspark/bin/tspark-worker.cjs', node: './tspark/bin/tspark-worker.sh' } as const

// By this the shipped Node is used for the daemon, and the daemon uses it for its workers.
const LAUNCHER = '#!/bin/sh\nexec ./tspark-node/bin/node ./tspark/bin/tspark-worker.cjs "$@"\n'

/** Rooms of dist/ that nobody needs there. */
const LEFT_OUT = /^dist\/(prelude|bin\/(?!worker\.js$)|src\/(repl|submit)\/)/
const PACKAGES = ['acorn', 'acorn-walk']

export const workerArchive = (root: string): Promise<Archive> => archive(`worker-${installation.version}`, 'tspark', workerFiles(root))

/** This process's own Node. @throws NODE_NOT_SHIPPED where it is more than one file */
export async function nodeArchive(): Promise<Archive> {
  if ((process.config.variables as { node_shared?: boolean }).node_shared) throw new SparkError('NODE_NOT_SHIPPED', { node: process.execPath })
  return archive(`node-${process.versions.node}-${process.platform}-${process.arch}`, 'tspark-node', [{ name: 'bin/node', bytes: readFileSync(process.execPath), executable: true }])
}

/** All that a worker and a user's modules may import. */
export function workerFiles(root: string, leftOut = LEFT_OUT): Entry[] {
  const require = createRequire(join(root, 'package.json'))
  const packages = PACKAGES.flatMap(name => {
    const from = dirname(require.resolve(`${name}/package.json`))
    return filesIn(from, /^package\.json$|^dist\/.*\.m?js$/).map(file => fileEntry(from, file, `node_modules/${name}/${file}`))
  })
  return [
    fileEntry(root, 'package.json'),
    ...['launch.cjs', 'start.cjs', 'tspark-worker.cjs'].map(name => fileEntry(root, `bin/${name}`, `bin/${name}`, true)),
    { name: 'bin/tspark-worker.sh', bytes: Buffer.from(LAUNCHER), executable: true },
    ...filesIn(root, /^dist\/.*\.js$/, 'dist').filter(file => !leftOut.test(file)).map(file => fileEntry(root, file)),
    ...packages,
  ]
}

const fileEntry = (from: string, file: string, name = file, executable = false): Entry => ({ name, bytes: readFileSync(join(from, file)), executable })

/** Files under `from`, by their paths from there, in order. */
const filesIn = (from: string, pattern: RegExp, below = '.'): string[] =>
  readdirSync(join(from, below), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => relative(from, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).filter(file => pattern.test(file)).sort()

export async function archive(name: string, as: string, entries: readonly Entry[]): Promise<Archive> {
  const path = join(cacheDir(), `${name}-${hashOf(entries)}.tgz`)
  if (existsSync(path)) utimesSync(path, new Date(), new Date()) // what is used is not old
  else await write(path, entries)
  return { path, as }
}

function hashOf(entries: readonly Entry[]): string {
  const hash = createHash('sha256')
  for (const piece of tarOf(entries)) hash.update(piece)
  return hash.digest('hex').slice(0, 16)
}

/** Two programs may begin at once: the file appears whole. */
async function write(path: string, entries: readonly Entry[]): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await pipeline(Readable.from(tarOf(entries)), createGzip(), createWriteStream(draft, { mode: 0o600 }))
    await rename(draft, path)
  } finally { await rm(draft, { force: true }) }
}

/**
 * The archives of a driver that runs on the cluster itself: all of tspark that a program needs, TypeScript's compiler included, and the program
 * with what it imports, each file by its path here.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installation } from '../../../core/installation.js'
import type { ModuleGraph } from '../../../core/wiring.js'
import { archive, workerFiles, type Archive } from './worker-archive.js'
import { addGraph } from './bundles.js'
import { addPackage, type Collection } from './packages.js'
import { type Entry } from './tar.js'

/** What starts it, from where the driver works. */
export const DRIVER = './tspark/bin/tspark-driver.sh'

// Spark names its own file first, which stands for Python's program.
const LAUNCHER = `#!/bin/sh
shift
NODE=./tspark-node/bin/node
[ -x $NODE ] || NODE=node
TSPARK_ON_CLUSTER=1 exec $NODE ./tspark/bin/tspark-submit.cjs "$@"
`

// Of TypeScript the compiler alone: types have been checked before.
const COMPILER = ['ts-node', 'typescript']
const NEEDLESS = /node_modules\/typescript\/(?!package\.json$|lib\/typescript\.js$)/

export const driverArchive = (root: string): Promise<Archive> => archive(`driver-${installation.version}`, 'tspark', driverFiles(root))

/** What the worker's archive has, and more: executors use the same. */
function driverFiles(root: string): Entry[] {
  const found = new Map<string, Entry>()
  const into: Collection = { has: name => found.has(name), add: entry => { found.set(entry.name, { ...entry, name: besideUs(entry.name, root) }) } }
  for (const name of COMPILER) addPackage(name, root, into)
  const worker = workerFiles(root, /^dist\/(prelude|src\/repl)\//)
  const mine = new Set(worker.map(({ name }) => name))
  return [
    ...worker,
    { name: 'bin/tspark-driver.sh', bytes: Buffer.from(LAUNCHER), executable: true },
    { name: 'bin/tspark-submit.cjs', bytes: readFileSync(join(root, 'bin/tspark-submit.cjs')), executable: true },
    ...[...found.values()].filter(entry => !('link' in entry) && !mine.has(entry.name) && !NEEDLESS.test(entry.name)).sort((a, b) => a.name < b.name ? -1 : 1),
  ]
}

/** `root/…/node_modules/x`, of ours, beside us or where a link leads → `node_modules/x`, which needs no links. */
function besideUs(name: string, root: string): string {
  const own = `root${root}node_modules/`
  return name.startsWith(own) ? `node_modules/${name.slice(own.length)}` : name.replace(/^root.*\/node_modules\//, 'node_modules/')
}

/** The program's files under `root/`. */
export function programArchive(files: Pick<ModuleGraph, 'files' | 'packages'>): Promise<Archive> {
  const found = new Map<string, Entry>()
  addGraph({ cached: [], sources: [], ...files }, { has: name => found.has(name), add: entry => { found.set(entry.name, entry) } })
  return archive('program', 'tspark-program', [...found.values()])
}

/**
 * What import means while a program of the user runs: `tspark` is this installation, TypeScript files are modules, and each
 * user module enters itself and the packages it imports in core/modules, so that functions can travel as {url, export}.
 *
 * Two ways to hook in, one meaning: module.registerHooks (Node 22.15 and later) works within the thread and costs nothing;
 * before it there is module.register, with a thread of hooks for each thread (28 ms measured on Node 20, 2026-11).
 * Neither is inherited by worker threads: executors install their own (executor.ts).
 */
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { SparkError } from '../core/errors.js'
import { landed, landing } from '../core/landing.js'
import { prepare, preparedAt, versionOf } from './prepare.js'
import type { Prepared } from './prepare.js'
import { isOurs, kindOf, userFile } from './user-files.js'

/** Once per thread; a second call does nothing. */
export function installHooks(): void {
  if (installed) return
  installed = true
  if (module.registerHooks) module.registerHooks({ resolve: resolveSync, load: loadSync })
  else module.register(import.meta.url)
}

let installed = false

/** For import.meta.resolve: what `specifier` means where `parentUrl` stands. */
export const asSeenFrom = (specifier: string, parentUrl: string): string => `tspark:from?${encodeURIComponent(JSON.stringify([specifier, parentUrl]))}`

// — module.register calls these two, by their names ————————————————————————————————————————————————————————————————————————

interface Context { parentURL?: string | undefined; importAttributes?: Record<string, string | undefined>; conditions?: readonly string[] | undefined }
interface Loaded { format: string; source: string; shortCircuit: true }

export function resolve<R>(specifier: string, context: Context, next: (specifier: string, context: Context) => R): R | { url: string; format: 'module'; shortCircuit: true } {
  if (isRequire(context) && !/^tspark($|\/)/.test(specifier)) return next(specifier, context)
  const meant = meaning(specifier, context.parentURL)
  return 'url' in meant ? { ...meant, format: 'module', shortCircuit: true } : next(meant.specifier, { ...context, parentURL: meant.parentURL })
}

export function load<R>(url: string, context: Context, next: (url: string, context: Context) => R): R | Loaded {
  const prepared = isRequire(context) ? undefined : preparedOf(url)
  if (!prepared) return next(url, context)
  if (context.importAttributes?.type === 'json') return { format: 'json', source: prepared.emitted.text, shortCircuit: true }
  return { format: 'module', source: prepared.emitted.code + registration(url, prepared), shortCircuit: true }
}

/** registerHooks sees require() as well: what CommonJS loads is Node's. */
const isRequire = ({ conditions }: Context): boolean => !!conditions?.includes('require')

const resolveSync = resolve as unknown as module.ResolveHookSync
const loadSync = load as unknown as module.LoadHookSync

// — what a specifier means ———————————————————————————————————————————————————————————————————————————————————————————————

type Meaning = { readonly url: string } | { readonly specifier: string; readonly parentURL: string | undefined }

function meaning(specifier: string, parentURL: string | undefined): Meaning {
  if (specifier === 'tspark' || specifier.startsWith('tspark/')) return { specifier, parentURL: import.meta.url }
  if (specifier.startsWith('tspark:')) return internal(specifier, parentURL)
  if (specifier.startsWith('file:') && (versionOf(specifier) || !parentURL || isOurs(parentURL))) return preparedOf(specifier) ? { url: specifier } : { specifier: landed(specifier), parentURL }
  if (parentURL === undefined || isOurs(parentURL)) return { specifier, parentURL }
  const parent = preparedOf(parentURL)
  const url = parent && (parent.links[specifier] ?? urlOf(userFile(specifier, parentURL)))
  if (url && versionOf(url)) return { url }
  return { specifier: url ? landed(url) : specifier, parentURL: parent ? landing(parentURL) : parentURL } // without a version: CommonJS, Node's
}

function internal(specifier: string, parentURL: string | undefined): Meaning {
  if (specifier === 'tspark:self') return { url: parentURL! }
  if (specifier === 'tspark:modules') return { specifier: '../core/modules.js', parentURL: import.meta.url }
  const [asked, from] = JSON.parse(decodeURIComponent(specifier.slice('tspark:from?'.length))) as [string, string]
  return asked === 'tspark' || asked.startsWith('tspark/') ? meaning(asked, from) : { specifier: asked, parentURL: from }
}

// An import('…') whose specifier only the run knows is compiled here, on the spot.
const urlOf = (file: string | undefined): string | undefined => file && prepare(file, { compile: true })?.url

const memo = new Map<string, Prepared | undefined>()

/** A versioned URL comes from the cache; a plain one is an entry program, or a file that something else than us has named. */
function preparedOf(url: string): Prepared | undefined {
  if (!memo.has(url)) memo.set(url, lookUp(url))
  return memo.get(url)
}

function lookUp(url: string): Prepared | undefined {
  if (versionOf(url)) return preparedAt(url) ?? preparedAgain(url)
  const file = url.startsWith('file:') && !url.includes('?') && fileURLToPath(url)
  return file && kindOf(file) && existsSync(file) ? prepare(file, { compile: true }) : undefined
}

/** For a cache that was emptied meanwhile. @throws MODULE_REFUSED when the file is no longer what the driver saw */
function preparedAgain(url: string): Prepared {
  const file = fileURLToPath(url.replace(/\?.*$/, ''))
  const prepared = existsSync(file) ? prepare(file, { compile: true }) : undefined
  if (prepared?.url === url) return prepared
  throw new SparkError('MODULE_REFUSED', { file, problem: 'it was edited or removed since it was first imported, and the cache no longer has it' })
}

/** Appended to the code, below the user's own lines. An entry program enters only what it imports: it travels by source. */
function registration(url: string, { emitted, links }: Prepared): string {
  const packages = emitted.imports.filter(specifier => !links[specifier] && /^[a-z@]/i.test(specifier) && !/^(node:|tspark($|\/))/.test(specifier) && !module.isBuiltin(specifier))
  const itself = versionOf(url) ? ['tspark:self'] : []
  const named = [...itself, ...packages]
  if (named.length === 0) return ''
  const imports = named.map((specifier, i) => `import * as $tspark${i} from ${JSON.stringify(specifier)}`)
  const calls = named.map((specifier, i) => `$tspark(${specifier === 'tspark:self' ? 'import.meta.url' : `import.meta.resolve(${JSON.stringify(specifier)})`}, $tspark${i})`)
  return `\nimport { registerModule as $tspark } from 'tspark:modules'\n${[...imports, ...calls].join('\n')}\n`
}

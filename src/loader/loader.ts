/**
 * User modules in TypeScript, anywhere on disk: importing them, finding their source again, and handing them to executors.
 *
 * TypeScript itself runs in a thread of its own that ends when it has compiled (compiler-thread.ts); what it made lies in the
 * cache, from which this thread and the executors load. Type errors are not its business: check() reports those, before a run.
 */
import { isBuiltin } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cacheDir } from '../core/cache-dir.js'
import { registerModule } from '../core/modules.js'
import { findSourcesBy } from '../core/source-text.js'
import type { SourceText } from '../core/source-text.js'
import { executorImports, userModules } from '../core/wiring.js'
import { askCompiler } from './compiler.js'
import type { Findings } from './check.js'
import { graphOf } from './graph.js'
import { asSeenFrom, installHooks } from './hooks.js'
import { prepare, preparedAt, versionOf } from './prepare.js'
import { userFile } from './user-files.js'

/** For the driver, before the first executor starts; costs next to nothing, and a second call does nothing. */
export function registerLoader(): void {
  if (executorImports.includes(EXECUTOR)) return
  executorImports.push(EXECUTOR)
  findSourcesBy(sourceBehind)
  userModules.graph = graphOf
  cacheDir() // settled before any other thread asks, so that all use the same
}

/**
 * Imports what `specifier` means where `parentUrl` stands; a user file that was edited since is read again.
 *
 * @throws MODULE_REFUSED when a TypeScript file does not parse; whatever the module itself throws
 * @example
 * const { norm } = await importUser('./helpers.ts', pathToFileURL(`${process.cwd()}/`).href)
 */
export async function importUser(specifier: string, parentUrl: string): Promise<object> {
  open()
  const file = userFile(specifier, parentUrl)
  const prepared = file && await prepareAside(file)
  return prepared ? await import(prepared) as object : importPackage(specifier, parentUrl)
}

/** Imports the program itself: under its plain URL, and unknown to core/modules, since its functions travel by source. */
export async function importEntry(file: string): Promise<object> {
  open()
  await prepareAside(file)
  entries.add(pathToFileURL(file).href)
  return await import(pathToFileURL(file).href) as object
}

/**
 * Checks the types of a program and all it imports, in the language of LANG, and compiles it when they are right.
 * Nothing of it runs.
 */
export async function checkProgram(file: string): Promise<Findings> {
  return (await askCompiler({ task: 'check', file, locale: localeOf(process.env), colour: hasColour() }))!
}

function open(): void {
  registerLoader()
  installHooks()
}

const EXECUTOR = new URL('./executor.js', import.meta.url).href
const entries = new Set<string>()

/** `zh_CN.UTF-8` → `zh-cn`; undefined where it is English or nothing. */
function localeOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): string | undefined {
  const match = /^([a-z]{2})(?:[_-]([a-z]{2}))?/i.exec(LC_ALL || LC_MESSAGES || LANG || '')
  return match && match[1] !== 'en' ? [match[1], match[2]].filter(Boolean).join('-').toLowerCase() : undefined
}

const hasColour = (): boolean => process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

async function prepareAside(file: string): Promise<string | undefined> {
  const cached = prepare(file, { compile: false })
  if (cached !== 'uncached') return cached?.url
  await askCompiler({ task: 'prepare', file })
  return prepare(file, { compile: true })?.url
}

async function importPackage(specifier: string, parentUrl: string): Promise<object> {
  const url = isBuiltin(specifier) ? specifier : import.meta.resolve(asSeenFrom(specifier, parentUrl))
  const namespace = await import(url) as object
  if (!isBuiltin(specifier)) registerModule(url, namespace)
  return namespace
}

/** For error cards and call sites: the user's text behind a script that was loaded by us. */
function sourceBehind(scriptUrl: string): SourceText | undefined {
  const prepared = versionOf(scriptUrl) ? preparedAt(scriptUrl) : entries.has(scriptUrl) && prepare(fileURLToPath(scriptUrl), { compile: false })
  if (!prepared || prepared === 'uncached') return undefined
  const { file, text, map } = prepared.emitted
  return { file, text, ...map && { map } }
}

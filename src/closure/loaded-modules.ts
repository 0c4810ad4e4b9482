/**
 * Makes known what Node itself has loaded: its own modules, and CommonJS packages, which no loader of ours sees when a program
 * runs under plain `node`. A captured value can come from no other. Looked through again only when the lists have grown.
 */
import { builtinModules, createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { registeredModule, registerModule } from '../core/modules.js'

const require = createRequire(import.meta.url)
const load: (name: string) => object = process.getBuiltinModule as never ?? require
const seen = { own: -1, commonJs: -1 }

export function indexLoadedModules(): void {
  const own = (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList
  if (own.length !== seen.own) indexOwn(own)
  seen.own = own.length
  const files = Object.keys(require.cache)
  if (files.length !== seen.commonJs) indexCommonJs(files)
  seen.commonJs = files.length
}

function indexOwn(list: readonly string[]): void {
  const loaded = new Set(list.map(entry => entry.replace(/^\S+ /, '')))
  for (const name of builtinModules) {
    const url = `node:${name}`
    if (loaded.has(name) && !registeredModule(url) && !SILENT.test(name)) registerModule(url, asNamespace(load(name)))
  }
}

/** Only the default export: the names that import() finds in a CommonJS file are a guess of Node's. */
function indexCommonJs(files: readonly string[]): void {
  for (const file of files) {
    const url = pathToFileURL(file).href
    if (url.includes('/node_modules/') && !registeredModule(url)) registerModule(url, { default: require.cache[file]!.exports })
  }
}

/** Deprecated ones warn when they are loaded. */
const SILENT = /^(_|punycode$|sys$|domain$)/

/** What import('node:x') gives: the exports by name and the whole as default. Getters (crypto has some) are left alone. */
function asNamespace(exported: object): object {
  const names = Object.entries(Object.getOwnPropertyDescriptors(exported)).filter(([name, property]) => name !== 'default' && property.value !== undefined)
  return { ...Object.fromEntries(names.map(([name, property]) => [name, property.value])), default: exported }
}

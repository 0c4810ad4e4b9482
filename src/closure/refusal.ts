/**
 * Says what cannot travel: which variable of which function, by what way, and where that function stands.
 *
 * The function named is the user's: where an operator wraps it in one of its own, the wrapping is not mentioned.
 */
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { showSite, type CallSite } from '../core/call-site.js'
import { SparkError, type ErrorCode } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { cut } from '../core/format.js'
import { originalPosition } from '../core/source-text.js'
import type { FnRef } from '../plan/fn-ref.js'
import { factsOf } from './function-facts.js'

/** How a value was reached from the one before it. */
export interface Step { readonly how: 'variable' | 'property' | 'index' | 'entry' | 'part'; readonly name: string; readonly value: unknown }

export type Root = { readonly ref: FnRef } | { readonly name: string; readonly value: unknown }

/** Thrown where the obstacle is found; capture adds how it came there. */
export class Obstacle {
  constructor(readonly code: ErrorCode, readonly params: Readonly<Record<string, string>> = {}) {}
}

const HERE = new URL('../', import.meta.url).href // dist/src/

interface Told { readonly it: string; readonly site: CallSite | undefined; readonly operator?: string }

export function refuse({ code, params }: Obstacle, root: Root, steps: readonly Step[]): SparkError {
  const { it, site, operator = '' } = 'ref' in root ? inFunction(root.ref, steps) : { it: quoted(`${root.name}${trail(steps)}`), site: undefined }
  return new SparkError(code, { ...params, operator, it: cut(escapeControls(it), 400) }, { ...site && { site } })
}

function inFunction({ fn, operator, site: called }: FnRef, steps: readonly Step[]): Told {
  const chain: readonly unknown[] = [fn, ...steps.map(({ value }) => value)]
  const holder = chain.slice(0, -1).findIndex(value => typeof value === 'function' && isUsers(value))
  if (holder < 0) return given(chain.at(-1), operator, called)
  const site = siteOf(chain[holder] as object) ?? called
  return { it: `the function at ${showSite(site)} ${captures(steps.slice(holder))}`, site, operator }
}

/** What an operator was given itself; its own wrapping has names that mean nothing to the user. */
function given(value: unknown, operator: string, called: CallSite | undefined): Told {
  if (typeof value !== 'function') return { it: `${operator} at ${showSite(called)} was given a value`, site: called }
  const site = types.isProxy(value) ? undefined : siteOf(value)
  if (site) return { it: `${operator} was given the function at ${showSite(site)}`, site }
  const name = types.isProxy(value) ? '' : String(Object.getOwnPropertyDescriptor(value, 'name')?.value ?? '')
  return { it: `${operator} at ${showSite(called)} was given ${name ? `\`${userName(name)}\`` : 'a function'}`, site: called }
}

/** `captures \`helper\`, which captures \`config.db\` (a key)` */
function captures(steps: readonly Step[]): string {
  const names: string[] = []
  for (const step of steps) names.push(step.how === 'variable' ? show(step) : `${names.pop() ?? ''}${show(step)}`)
  return names.map(name => `captures ${quoted(name)}`).join(', which ')
}

/** Parts that have no name of their own stand behind the name they belong to. */
function quoted(name: string): string {
  const [path, ...parts] = name.split(PART)
  return `\`${path}\`${parts.map(part => ` (${part})`).join('')}`
}

const PART = '\u0000'
const trail = (steps: readonly Step[]): string => steps.map(step => step.how === 'variable' ? ` → ${show(step)}` : show(step)).join('')

function show({ how, name }: Step): string {
  switch (how) {
    case 'variable': return userName(name)
    case 'property': return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
    case 'index': return `[${name}]`
    case 'entry': return `.get(${cut(name, 40)})`
    case 'part': return `${PART}${name}`
    default: return how satisfies never
  }
}

/** Prompt bindings are cells: `norm$7` is what the user calls norm. */
export const userName = (name: string): string => name.replace(/\$\d+$/, '')

function isUsers(fn: object): boolean {
  if (types.isProxy(fn)) return false
  const url = factsOf(fn).location?.url
  return url !== undefined && !url.startsWith(HERE) && !url.startsWith('node:')
}

/** Where a function stands in the user's own text. */
export function siteOf(fn: object): CallSite | undefined {
  const { location } = factsOf(fn)
  if (!location) return undefined
  const original = originalPosition(location.url, location.line + 1, location.column + 1)
  if (original) return { file: original.file, line: original.line, column: original.column }
  const file = location.url.startsWith('file:') ? fileURLToPath(location.url.replace(/[?#].*$/, '')) : location.url
  return { file, line: location.line + 1, column: location.column + 1 }
}

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

export function refuse({ code, params }: Obstacle, root: Root, steps: readonly Step[]): SparkError {
  const { it, site } = 'ref' in root ? describeInFunction(root.ref, steps) : { it: quoted(`${root.name}${trail(steps)}`), site: undefined }
  const operator = 'ref' in root ? root.ref.operator : ''
  return new SparkError(code, { ...params, operator, it: cut(escapeControls(it), 400) }, { ...site && { site } })
}

function describeInFunction({ fn, operator, site: called }: FnRef, steps: readonly Step[]): { it: string; site: CallSite | undefined } {
  const holder = [{ value: fn as unknown, at: 0 }, ...steps.map(({ value }, i) => ({ value, at: i + 1 }))]
    .find(({ value, at }) => typeof value === 'function' && at < steps.length && isUsers(value))
  const inside = steps.slice(holder?.at ?? 0)
  const site = siteOf((holder?.value ?? fn) as object)
  if (inside.length === 0) return { it: given(fn, operator, site ?? called), site: site ?? called }
  return { it: `the function at ${showSite(site ?? called)} ${captures(inside)}`, site: site ?? called }
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

function given(fn: object, operator: string, site: CallSite | undefined): string {
  const { location } = factsOf(fn)
  const name = types.isProxy(fn) ? '' : String(Object.getOwnPropertyDescriptor(fn, 'name')?.value ?? '')
  if (location) return `${operator} was given the function at ${showSite(site)}`
  return `${operator} at ${showSite(site)} was given ${name ? `\`${userName(name)}\`` : 'a function'}`
}

function isUsers(fn: object): boolean {
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

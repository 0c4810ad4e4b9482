/**
 * What never changes about a function: its text as it will be rebuilt, its free names, where it stands. Asked once per
 * function; the syntax once per text, since operators make the same closure anew for every batch.
 */
import { lookInto, type Location, type Sight } from './inspector.js'
import { freeNames } from './free-names.js'
import { anchorOf, blank, isClass, parse, type Parsed } from './syntax.js'
import { eagerNames, tameClass, type ClassSyntax } from './class-syntax.js'

export interface Syntax {
  readonly source: string
  readonly form: 'expression' | 'member'
  readonly isClass: boolean
  readonly names: readonly string[]
  readonly assigned: ReadonlySet<string>
  readonly eager: readonly string[]
  readonly superName: string | undefined
  /** Of a class: its methods with computed keys, see class-syntax.ts. */
  readonly keyed: ClassSyntax['keyed']
  /** Of a class: a `#private` member of its instances. */
  readonly privateMember: string | undefined
  /** A word it takes from its surroundings, which cannot be given again: `this`, `super`, `#x`, … */
  readonly borrowed: string | undefined
  /** Why the text cannot be read as strict code. */
  readonly unreadable: string | undefined
  /** Lines and columns from the start of the text to V8's location. */
  readonly anchor: { readonly lines: number; readonly columns: number }
}

export interface FunctionFacts {
  readonly syntax: Syntax
  /** Where the text starts; undefined for native and bound functions. */
  readonly location: Location | undefined
  readonly isBound: boolean
}

const facts = new WeakMap<object, FunctionFacts>()
const syntaxes = new Map<string, Syntax>()
const SYNTAXES_KEPT = 4000

/** @param sight what a look into `fn` gave, where one was taken anyway */
export function factsOf(fn: object, sight?: Sight): FunctionFacts {
  const known = facts.get(fn)
  if (known) return known
  const { location, isBound } = sight ?? lookInto(fn)
  const syntax = syntaxOf(sourceText(fn))
  const found = { syntax, isBound, location: location && startOf(location, syntax.anchor) }
  facts.set(fn, found)
  return found
}

export const knownFacts = (fn: object): FunctionFacts | undefined => facts.get(fn)

export const sourceText = (fn: object): string => Function.prototype.toString.call(fn)

export const isNative = (source: string): boolean => /\{\s*\[native code\]\s*\}$/.test(source)

export function syntaxOf(source: string): Syntax {
  const known = syntaxes.get(source)
  if (known) return known
  const found = read(source)
  if (syntaxes.size >= SYNTAXES_KEPT) syntaxes.delete(syntaxes.keys().next().value!)
  syntaxes.set(source, found)
  return found
}

const NOTHING: Syntax = {
  source: '', form: 'expression', isClass: false, names: [], assigned: new Set(), eager: [], superName: undefined, keyed: [],
  privateMember: undefined, borrowed: undefined, unreadable: undefined, anchor: { lines: 0, columns: 0 },
}

function read(source: string): Syntax {
  if (isNative(source)) return { ...NOTHING, source }
  try {
    const parsed = parse(source)
    return isClass(parsed.node) ? readClass(source, parsed) : readFunction(source, parsed)
  } catch (error) {
    return { ...NOTHING, source, unreadable: (error as Error).message }
  }
}

function readFunction(source: string, parsed: Parsed): Syntax {
  const { form, node, computedKey } = parsed
  const text = computedKey ? blank(source, [{ start: computedKey[0], end: computedKey[1], put: '[0' }, { start: computedKey[1] - 1, end: computedKey[1], put: ']' }]) : source
  return { ...NOTHING, ...freeNames(node), source: text, form, anchor: distance(source, anchorOf(source, parsed)) }
}

function readClass(source: string, parsed: Parsed): Syntax {
  const tamed = tameClass(source, parsed.node as never, parsed.offset)
  const { node } = parse(tamed.source) // again: names that stood in blanked parts only are no longer free
  return { ...NOTHING, ...freeNames(node), ...tamed, isClass: true, eager: eagerNames(node as never), anchor: distance(source, anchorOf(source, parsed)) }
}

function distance(text: string, offset: number): { lines: number; columns: number } {
  const before = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/)
  return { lines: before.length - 1, columns: before.at(-1)!.length }
}

/** Back from V8's location to where the text starts. Its column is lost where the two lie on different lines. */
const startOf = (at: Location, { lines, columns }: { lines: number; columns: number }): Location =>
  ({ ...at, line: at.line - lines, column: lines ? 0 : at.column - columns })

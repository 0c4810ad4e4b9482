/**
 * The user's own text behind every script that was compiled for them: prompt inputs and TypeScript files.
 *
 * Whoever compiles registers (repl, submit); whoever reports (call sites, error cards) asks. Positions come from the source
 * map that the compiler gave; a script without one is its own original.
 */
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'

export interface SourceText {
  /** The name users see: `<repl>:7` is file `<repl>` … or a path. */
  readonly file: string
  /** What the user wrote. */
  readonly text: string
  /** From emitted positions to the user's; absent where both are the same. */
  readonly map?: SourceMapPayload
  /** Added to lines after mapping, where the user's text starts further down than line 1. */
  readonly lineOffset?: number
  /** From the compiled text to the user's, where something was put into it before it was compiled (both from 1). */
  readonly adjust?: (at: { line: number; column: number }) => { line: number; column: number }
}

export interface Position { readonly file: string; readonly line: number; readonly column: number; readonly text: string }

type Known = SourceText & { decoded?: SourceMap }

// null: looked for and not found.
const sources = new Map<string, Known | null>()
const finders: ((scriptUrl: string) => SourceText | undefined)[] = []

/** Remembers the text behind a script; `scriptUrl` is what stack frames call it. */
export function registerSource(scriptUrl: string, source: SourceText): void { sources.set(scriptUrl, source) }

/** Asked, once per script, for the text behind one that nobody registered: the loader finds it in its cache. */
export function findSourcesBy(find: (scriptUrl: string) => SourceText | undefined): void { finders.push(find) }

export const sourceOf = (scriptUrl: string): SourceText | undefined => lookUp(scriptUrl) ?? undefined

/** From a frame of emitted code (1-based) to the user's file, line, column (1-based) and that line's text. */
export function originalPosition(scriptUrl: string, line: number, column: number): Position | undefined {
  const source = lookUp(scriptUrl)
  if (!source) return undefined
  const compiled = source.map ? mapped(source, line, column) : { line, column }
  const at = source.adjust?.(compiled) ?? compiled
  const text = source.text.split('\n')[at.line - 1] ?? ''
  return { file: source.file, line: at.line + (source.lineOffset ?? 0), column: at.column, text }
}

function lookUp(scriptUrl: string): Known | null {
  const known = sources.get(scriptUrl)
  if (known !== undefined) return known
  let found: SourceText | undefined
  for (const find of finders) found ??= find(scriptUrl)
  sources.set(scriptUrl, found ? { ...found } : null)
  return sources.get(scriptUrl)!
}

function mapped(source: Known, line: number, column: number): { line: number; column: number } {
  source.decoded ??= new SourceMap(source.map!)
  const entry = source.decoded.findEntry(line - 1, column - 1)
  return 'originalLine' in entry && entry.originalLine !== undefined
    ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : { line, column }
}

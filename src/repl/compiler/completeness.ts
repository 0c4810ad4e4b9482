/**
 * Is a text a whole input, the beginning of one, or wrong? It is a beginning when the parser's first complaint is about its end.
 */
import ts from 'typescript'
import type { Completeness } from '../outcome.js'

// Unterminated where more lines may end them: template literal, comment.
const OPEN = new Set([1010, 1160])
// A string or regular expression ends with its line.
const CLOSED_BY_LINE = new Set([1002, 1161])

export interface Parsed { readonly state: Completeness; readonly text: string; readonly diagnostics: readonly ts.DiagnosticWithLocation[]; readonly inParentheses: boolean }

export function parseInput(text: string): Parsed {
  if (looksLikeObject(text) && parse(`(${text}\n)`).errors.length === 0) return { state: 'complete', text: `(${text})`, diagnostics: [], inParentheses: true }
  const { file, errors } = parse(text)
  const state = errors.length ? stateOf(errors, text) : endsInSignature(file) ? 'incomplete' : 'complete'
  return { state, text, diagnostics: errors, inParentheses: false }
}

function parse(text: string): { file: ts.SourceFile; errors: readonly ts.DiagnosticWithLocation[] } {
  const file = ts.createSourceFile('input.ts', text, { languageVersion: ts.ScriptTarget.ES2023, setExternalModuleIndicator: file => { Object.assign(file, { externalModuleIndicator: true }) } })
  return { file, errors: (file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] }).parseDiagnostics }
}

// `import tspark`, Python's: what TypeScript would wait for, nobody writes on a line of its own.
const PYTHON_IMPORT = /^\s*import\s+[\w.]+\s*;?\s*$/

function stateOf(errors: readonly ts.DiagnosticWithLocation[], text: string): Completeness {
  if (PYTHON_IMPORT.test(text)) return 'invalid'
  const end = endOfCode(text)
  return errors.every(({ start, code }) => (start >= end && !CLOSED_BY_LINE.has(code)) || OPEN.has(code)) ? 'incomplete' : 'invalid'
}

/** Where blanks and comments at the end begin. */
function endOfCode(text: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, true, ts.LanguageVariant.Standard, text)
  let end = 0
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) end = scanner.getTokenEnd()
  return end
}

/** `{ a: 1 }` at a prompt is an object, not a block with a label. */
const looksLikeObject = (text: string): boolean => /^\s*\{/.test(text) && !/;\s*$/.test(text)

/** `function f(x: number): number` waits for its body. */
function endsInSignature(file: ts.SourceFile): boolean {
  const last = file.statements.at(-1)
  return !!last && ts.isFunctionDeclaration(last) && !last.body && !last.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) && !/;\s*$/.test(file.text)
}

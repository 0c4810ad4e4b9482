/**
 * From the compiler's diagnostics to ours: the user's positions, the whole chain of reasons, session-internal file names removed, and a
 * line of help where the mistake is a known one.
 */
import ts from 'typescript'
import type { Diagnostic } from '../outcome.js'
import { lineColumn, toUserOffset } from './edits.js'
import type { Insertion } from './edits.js'
import { helpFor } from './mistakes.js'

export interface Source { readonly text: string; readonly insertions: readonly Insertion[]; readonly locale: string }

export function toDiagnostic(diagnostic: ts.Diagnostic, source: Source): Diagnostic {
  const inOther = diagnostic.file && diagnostic.file.text.length && !diagnostic.file.fileName.includes('[repl]-') && diagnostic.file.fileName !== 'input.ts' ? diagnostic.file : undefined
  const text = inOther?.text ?? source.text
  const insertions = inOther ? [] : source.insertions
  const start = Math.min(toUserOffset(diagnostic.start ?? 0, insertions), text.length)
  const end = Math.min(toUserOffset((diagnostic.start ?? 0) + (diagnostic.length ?? 1), insertions), text.length)
  const message = readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
  const help = inOther ? undefined : helpFor({ code: diagnostic.code, message, text, start, end }, source.locale)
  return { ...place(text, start, end), message, code: diagnostic.code, ...help && { help }, ...inOther && { file: inOther.fileName } }
}

function place(text: string, start: number, end: number): Pick<Diagnostic, 'line' | 'column' | 'length' | 'sourceLine'> {
  const { line, column } = lineColumn(text, start)
  const sourceLine = text.split('\n')[line - 1]!.replace(/\r$/, '')
  return { line, column, length: Math.max(1, Math.min(end - start, sourceLine.length - column + 1)), sourceLine }
}

/** Types by the names users know: `import("…").DStream<string>` is DStream<string>, a module goes by its package or file name. */
export const readable = (text: string): string => text
  .replace(/(typeof )?import\("[^"]*"\)\./g, '$1')
  .replace(/import\("([^"]*)"\)/g, (_, path: string) => `import("${moduleName(path)}")`)

const moduleName = (path: string): string => path.replace(/^.*\/node_modules\//, '').replace(/^\/.*\//, './').replace(/\/index$/, '')

// "implicitly any", "of type unknown", "used before its declaration": true, but only since something else in the statement is wrong.
const CONSEQUENCES = new Set([2571, 7005, 7006, 7022, 7031, 18046])
/** A name that does not exist is wrong wherever it stands. */
const UNKNOWN_NAME = new Set([2304, 2552])

/** The real reasons, without what would go away if these were right. */
export const reasons = (all: readonly ts.Diagnostic[], file: ts.SourceFile): readonly ts.Diagnostic[] =>
  all.filter(each => !isConsequence(each, all, file) && !all.some(other => other !== each && followsInChain(each, other, file)))

/** Behind a syntax error the parser guesses: each line's first complaint, and two at most. */
export function syntaxReasons<D extends ts.Diagnostic>(all: readonly D[], text: string): readonly D[] {
  const lineOf = ({ start }: D): number => lineColumn(text, start!).line
  return all.filter((each, at) => at === 0 || lineOf(each) !== lineOf(all[at - 1]!)).slice(0, 2)
}

function isConsequence(diagnostic: ts.Diagnostic, all: readonly ts.Diagnostic[], file: ts.SourceFile): boolean {
  if (!CONSEQUENCES.has(diagnostic.code)) return false
  const statement = file.statements.find(({ pos, end }) => diagnostic.start! >= pos && diagnostic.start! < end)
  return !!statement && all.some(({ code, start }) => !CONSEQUENCES.has(code) && start! >= statement.pos && start! < statement.end)
}

/** In `a.map(wrong).reduceByKey(f)` what is said of reduceByKey, and in f, is said of a type that is wrong already. */
function followsInChain(later: ts.Diagnostic, earlier: ts.Diagnostic, file: ts.SourceFile): boolean {
  if (UNKNOWN_NAME.has(later.code)) return false
  const visit = (node: ts.Node): boolean => {
    if (ts.isCallExpression(node) && holds(node, later) && holds(node.expression, earlier) && later.start! > earlier.start!) return true
    return !!ts.forEachChild(node, child => (holds(child, later) && visit(child)) || undefined)
  }
  return visit(file)
}

const holds = (node: ts.Node, { start }: ts.Diagnostic): boolean => start! >= node.pos && start! < node.end

/** The receiver does not fit the method (2684): the caret belongs under the method, not under the whole chain before it. */
export function atMethodName(diagnostic: ts.Diagnostic, file: ts.SourceFile): ts.Diagnostic {
  if (diagnostic.code !== 2684) return diagnostic
  const end = diagnostic.start! + diagnostic.length!
  let name: ts.Node | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.end === end && node.expression.getStart(file) === diagnostic.start) name ??= node.name
    ts.forEachChild(node, visit)
  }
  visit(file)
  return name ? { ...diagnostic, start: name.getStart(file), length: name.end - name.getStart(file) } : diagnostic
}

/** Each place and each line of help once. */
export function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const helped = new Set<string>()
  return diagnostics
    .filter((each, at) => diagnostics.findIndex(other => other.line === each.line && other.column === each.column && other.code === each.code) === at)
    .map(({ help, ...each }) => {
      const news = help && !helped.has(help) ? help : undefined
      if (news) helped.add(news)
      return news ? { ...each, help: news } : each
    })
}

/** `zh_CN.UTF-8` is zh-cn; C and POSIX are English. */
export function localeOf(lang: string): string {
  const match = /^([a-z]{2,3})(?:[_-]([a-z]{2}))?/i.exec(lang)
  return match ? [match[1], match[2]].filter(Boolean).join('-').toLowerCase() : 'en'
}

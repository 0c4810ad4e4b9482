/**
 * Live edits written as if they had been there from the beginning: what `replace` put in stands where the old one stood, what was removed or
 * undone is left out. An edit of a form that is not known here stays a line of its own: run before the first batch it means the same.
 */
import { nameOf, spliced, type KeptKind, type KeptStatement } from './kept.js'

/** What the graph knows of a place: whether an output made there still runs, whether a change made there has been undone. */
export interface Standing {
  readonly runs: (file: string, fromRow: number, toRow: number) => boolean
  readonly undone: (file: string, fromRow: number, toRow: number) => boolean
  /** Whether what is expected there is to be kept. */
  readonly expects: (file: string, fromRow: number, toRow: number) => boolean
}

/** Statements less what does not last. */
export function folded(all: readonly KeptStatement[], standing: Standing): KeptStatement[] {
  let statements = withoutRemoved(withoutExpected(all, standing).filter(each => !PASSING.has(each.kind) && !isUndone(each, standing)), standing)
  for (let edit; (edit = statements.find(({ kind }) => kind === 'replace'));) statements = withReplaced(statements, edit)
  return statements
}

const PASSING = new Set<KeptKind>(['look', 'session', 'start'])

const isUndone = ({ kind, file, fromRow, toRow }: KeptStatement, { undone }: Standing): boolean =>
  (kind === 'replace' || kind === 'remove') && undone(file, fromRow, toRow)

/** Expectations that are not wanted, unless something else mentions them. */
function withoutExpected(statements: readonly KeptStatement[], { expects }: Standing): readonly KeptStatement[] {
  const used = new Set(statements.flatMap(({ uses }) => uses.map(({ id }) => id)))
  return statements.filter(each => !each.expects || expects(each.file, each.fromRow, each.toRow) || each.binds.some(id => used.has(id)))
}

/** An output or an input that ended, with what ended it; where something else still mentions it, both stay. */
function withoutRemoved(statements: readonly KeptStatement[], { runs }: Standing): KeptStatement[] {
  const ended = new Set(statements.filter(({ kind }) => kind === 'remove').map(({ about }) => about))
  const isEnded = ({ output, pure, binds, file, fromRow, toRow }: KeptStatement): boolean => output ? !runs(file, fromRow, toRow) : pure && binds.length === 1 && ended.has(binds[0])
  const gone = new Set(statements.filter(isEnded))
  const names = new Set([...gone].flatMap(({ binds }) => binds))
  const removes = ({ kind, about }: KeptStatement): boolean => kind === 'remove' && about !== undefined && names.has(about)
  const used = new Set(statements.filter(each => !gone.has(each) && !removes(each)).flatMap(({ uses }) => uses.map(({ id }) => id)))
  return statements.filter(each => !(removes(each) && !used.has(each.about!)) && !(gone.has(each) && !each.binds.some(id => used.has(id))))
}

function withReplaced(statements: KeptStatement[], edit: KeptStatement): KeptStatement[] {
  const at = statements.indexOf(edit)
  const without = statements.filter(each => each !== edit)
  const asItIs = statements.map((each): KeptStatement => each === edit ? { ...edit, kind: 'effect' } : each)
  const [first] = edit.uses.filter(({ at, end }) => at === edit.whole?.at && end === edit.whole.end)
  const old = edit.about ?? (first && formerOf(first.id, statements.slice(0, at)))
  if (old === undefined) return without
  if (first && isStream(edit)) return withoutUnread(without.map(each => renamed(each, old, first.id)), old)
  const target = without.find(({ binds }) => binds.length === 1 && binds[0] === old)
  const put = edit.functions ?? []
  if (!target?.whole || !edit.whole) return asItIs
  if (put.length === 0) return without.map(each => each === target ? spliced(target, target.whole!, edit, edit.whole!) : each)
  if (put.length !== target.functions?.length) return asItIs
  const made = put.reduce((statement, piece, i) => spliced(statement, statement.functions![i]!, edit, piece), target)
  return without.map(each => each === target ? made : each)
}

/** What is read by nobody has been replaced. */
function withoutUnread(statements: KeptStatement[], id: string): KeptStatement[] {
  const isRead = statements.some(({ binds, uses }) => !binds.includes(id) && uses.some(use => use.id === id))
  return isRead ? statements : statements.filter(({ binds, pure }) => !(pure && binds.length === 1 && binds[0] === id))
}

const isStream = ({ functions = [] }: KeptStatement): boolean => functions.length === 0

/** The one of that name that others read. */
function formerOf(id: string, before: readonly KeptStatement[]): string | undefined {
  const name = nameOf(id)
  const declared = before.flatMap(({ binds }) => binds).filter(each => each !== id && nameOf(each) === name)
  return declared.reverse().find(each => before.some(({ uses, binds }) => !binds.includes(each) && uses.some(use => use.id === each)))
}

/** Who read the old one reads the new. */
const renamed = (statement: KeptStatement, old: string, by: string): KeptStatement =>
  statement.binds.includes(old) || statement.binds.includes(by) ? statement : { ...statement, uses: statement.uses.map(use => use.id === old ? { ...use, id: by } : use) }

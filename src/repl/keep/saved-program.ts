/**
 * A session as a program: the statements that matter, in an order in which each finds what it uses, with imports and contexts at the top and
 * the start at the end. It runs with tspark-submit and does what the session's stream does now.
 *
 * Left out: what only looked, what nothing reads since it was declared anew, outputs that no longer run. Of names declared several times
 * the last keeps the name.
 */
import { folded, type Standing } from './folds.js'
import { lineOf, nameOf, type Imported, type KeptStatement } from './kept.js'

export interface ProgramOptions extends Standing {
  /** The shell's flags: what the prompt's own contexts are made with. */
  readonly master: string
  readonly batchMs: number
  readonly conf: readonly (readonly [string, string])[]
  /** Makes a relative import of the session one of the file. */
  readonly relative: (specifier: string) => string
}

export interface Program {
  readonly imports: readonly string[]
  /** Makes sc and ssc where they are used. */
  readonly contexts: readonly string[]
  readonly statements: readonly string[]
  /** The name of the context that starts, where there is one. */
  readonly context: string | undefined
  /** Where each statement was entered. */
  readonly places: readonly Pick<KeptStatement, 'file' | 'fromRow' | 'toRow'>[]
}

const MADE = ['sc', 'ssc']
const USES: Readonly<Record<string, readonly string[]>> = { sc: ['SparkConf', 'SparkContext'], ssc: ['Milliseconds', 'StreamingContext'] }

export function programOf(statements: readonly KeptStatement[], options: ProgramOptions): Program {
  const all = withoutOwnImports(statements)
  const lasting = living(folded(all, options))
  const context = contextOf(all, lasting)
  const kept = ordered(lasting)
  const ids = new Set([...kept.flatMap(({ binds, uses }) => [...binds, ...uses.map(({ id }) => id)]), ...context ? [context] : []])
  if (ids.has('ssc$0')) ids.add('sc$0')
  const names = namesFor([...ids], kept)
  for (const made of MADE) if (ids.has(`${made}$0`)) for (const name of USES[made]!) if (!names.has(`${name}$0`)) names.set(`${name}$0`, name)
  return {
    imports: importsOf(kept, names, options.relative),
    contexts: contextsOf(names, options),
    statements: kept.filter(({ imports }) => !imports).map(each => textOf(each, names)),
    context: context && names.get(context), places: kept,
  }
}

/** The text of a program that runs by itself. */
export function programText(program: Program, title: string): string {
  const { imports, contexts, statements, context } = program
  const end = context ? [`${context}.start()`, `await ${context}.awaitTermination()`] : []
  return `${[[`// ${title}`, ...imports], contexts, statements, end].filter(part => part.length).map(part => part.join('\n')).join('\n\n')}\n`
}

/** What has an effect, what bears its name still, and what these use. */
function living(statements: readonly KeptStatement[]): KeptStatement[] {
  const last = new Map(statements.flatMap(({ binds }) => binds.map(id => [nameOf(id), id] as const)))
  const stays = ({ pure, binds, kind, imports }: KeptStatement): boolean =>
    kind !== 'declaration' || !pure || binds.length === 0 || (!imports && binds.some(id => last.get(nameOf(id)) === id))
  const alive = new Set(statements.filter(stays))
  for (let before = -1; before !== alive.size;) {
    before = alive.size
    const used = new Set([...alive].flatMap(({ uses }) => uses.map(({ id }) => id)))
    for (const each of statements) if (each.binds.some(id => used.has(id))) alive.add(each)
  }
  return statements.filter(each => alive.has(each))
}

/** As they were entered, but each declaration before the first that uses it. */
function ordered(statements: readonly KeptStatement[]): KeptStatement[] {
  const done = new Set<KeptStatement>()
  const visit = (statement: KeptStatement): void => {
    if (done.has(statement)) return
    done.add(statement)
    for (const each of statements) if (each !== statement && each.kind === 'declaration' && each.binds.some(id => statement.uses.some(use => use.id === id))) visit(each)
    made.push(statement)
  }
  const made: KeptStatement[] = []
  statements.forEach(visit)
  return made
}

/** The context that was started last; else, where there are outputs, the ready-made one or the last that was made. */
function contextOf(all: readonly KeptStatement[], kept: readonly KeptStatement[]): string | undefined {
  const started = all.filter(({ kind, about }) => kind === 'start' && about !== undefined).pop()?.about
  const isThere = (id: string): boolean => lineOf(id) === 0 || kept.some(({ binds }) => binds.includes(id))
  if (started !== undefined && isThere(started)) return started
  if (!kept.some(({ output }) => output)) return undefined
  const made = kept.filter(({ context }) => context).flatMap(({ binds }) => binds).pop()
  return made ?? kept.flatMap(({ uses }) => uses).find(({ id }) => id === 'ssc$0')?.id
}

/** A name imported from tspark is the prompt's own of that name. */
function withoutOwnImports(statements: readonly KeptStatement[]): KeptStatement[] {
  const own = new Set(statements.flatMap(({ imports = [] }) => imports).filter(({ from, name, id }) => from === 'tspark' && name.replace(/^type /, '') === nameOf(id)).map(({ id }) => id))
  return statements.map(each => ({
    ...each,
    binds: each.binds.filter(id => !own.has(id)),
    uses: each.uses.map(use => own.has(use.id) ? { ...use, id: `${nameOf(use.id)}$0` } : use),
    ...each.imports && { imports: each.imports.filter(({ id }) => !own.has(id)) },
  })).filter(({ imports }) => imports?.length !== 0)
}

/** The last of a name keeps it; others get a number that nobody uses. */
function namesFor(ids: readonly string[], statements: readonly KeptStatement[]): Map<string, string> {
  const words = new Set([...statements.flatMap(({ text }) => text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []), ...ids.map(nameOf)])
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const id of [...ids].sort((a, b) => lineOf(b) - lineOf(a))) {
    let name = nameOf(id)
    for (let n = 1; taken.has(name); n++) if (!words.has(`${nameOf(id)}${n}`)) name = `${nameOf(id)}${n}`
    names.set(id, name)
    taken.add(name)
    words.add(name)
  }
  return names
}

export function textOf({ text, uses, kind }: KeptStatement, names: ReadonlyMap<string, string>): string {
  let from = 0
  const parts = [...uses].sort((a, b) => a.at - b.at).flatMap(({ at, end, id, shorthand }) => {
    const [own, name] = [text.slice(at, end), names.get(id) ?? nameOf(id)]
    const before = text.slice(from, at)
    from = end
    return [before, shorthand && own !== name ? `${own}: ${name}` : name]
  })
  const made = parts.join('') + text.slice(from)
  return kind === 'shown' ? `console.log(${made.replace(/;$/, '')})` : made
}

function importsOf(kept: readonly KeptStatement[], names: ReadonlyMap<string, string>, relative: (specifier: string) => string): string[] {
  const given = kept.flatMap(({ imports = [] }) => imports)
  const own = [...names].filter(([id]) => lineOf(id) === 0 && !MADE.includes(nameOf(id)) && !FUNCTIONS[nameOf(id)]).map(([id]): Imported => ({ from: 'tspark', name: nameOf(id), id }))
  const all = [...own, ...given].map(each => ({ ...each, from: relative(each.from), local: names.get(each.id) ?? '' }))
  const lines = [...new Set(all.map(({ from }) => from))].map(from => importLine(from, all.filter(each => each.from === from)))
  return [...lines.flat(), ...[...names.keys()].filter(id => lineOf(id) === 0).flatMap(id => FUNCTIONS[nameOf(id)] ?? [])]
}

/** What is a function of the prompt's own has no other home. */
const FUNCTIONS: Readonly<Record<string, string>> = { replace: 'const replace = (stream: any): void => stream.context.replace(stream)' }

function importLine(from: string, all: readonly { name: string; local: string }[]): string[] {
  const quoted = `'${from}'`
  const lines = [...new Set(all.filter(({ name }) => name === '*' || name === '').map(({ name, local }) => name ? `import * as ${local} from ${quoted}` : `import ${quoted}`))]
  const plain = [...new Set(all.filter(({ name }) => name === 'default').map(({ local }) => local))]
  const named = [...new Set(all.filter(({ name }) => !['*', '', 'default'].includes(name)).map(({ name, local }) => name.replace(/^type /, '') === local ? name : `${name} as ${local}`))].sort()
  for (const name of plain) lines.push(`import ${name} from ${quoted}`)
  return named.length ? [...lines, `import { ${named.join(', ')} } from ${quoted}`] : lines
}

function contextsOf(names: ReadonlyMap<string, string>, { master, batchMs, conf }: ProgramOptions): string[] {
  const [sc, ssc] = [names.get('sc$0'), names.get('ssc$0')]
  const own = (name: string): string => names.get(`${name}$0`)!
  const settings = [['spark.master', master], ...conf].map(([key, value]) => `.setIfMissing(${quote(key!)}, ${quote(value!)})`).join('')
  return [
    ...sc ? [`const ${sc} = ${own('SparkContext')}.getOrCreate(new ${own('SparkConf')}()${settings})`] : [],
    ...ssc ? [`const ${ssc} = new ${own('StreamingContext')}(${sc!}, ${own('Milliseconds')}(${batchMs}))`] : [],
  ]
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

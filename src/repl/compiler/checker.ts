/**
 * Checks one input against the session and compiles it. The session moves on only when the prompt says that the input ran.
 *
 * Order: parse; await jobs (each await may change a type, so again until nothing is left to await); diagnostics; our own rules;
 * declarations for later inputs; JavaScript. Nothing here evaluates anything.
 */
import ts from 'typescript'
import type { Binding, Completeness, Completions } from '../outcome.js'
import { toCells } from './cells.js'
import { completeAt, standIns } from './completion.js'
import { parseInput } from './completeness.js'
import { declaredIn } from './declared.js'
import type { Declared } from './declared.js'
import { documentationAt, signaturesAt } from './documentation.js'
import { atMethodName, distinct, localeOf, reasons, syntaxReasons, toDiagnostic } from './diagnostics.js'
import type { Source } from './diagnostics.js'
import { driverRules } from './driver-rules.js'
import { applyInsertions, toUserOffset } from './edits.js'
import type { Insertion } from './edits.js'
import { awaitsForJobs } from './jobs.js'
import { keptStatements } from './keeping.js'
import { cellName, mentioned, tailOf } from './names.js'
import type { SessionName } from './names.js'
import { preludeNames } from './prelude-names.js'
import { CheckerProgram, cellModule } from './program.js'
import type { Checked, CheckerOptions, Committed, Compiled, KnownBinding } from './protocol.js'
import { replayNotes } from './replay-rules.js'
import { references } from './references.js'
import { isAsynchronous, lastExpression, show } from './top-level.js'
import { openEmitter } from './ts-node.js'
import type { Emitter } from './ts-node.js'
import { uncalledMethod } from './uncalled.js'

/** A package without types is `any` at the prompt, whatever `strict` says. */
const TOLERATED = new Set([7016])
/** Names that were not found: TypeScript can suggest better ones only when it sees the whole session. */
const UNKNOWN_NAME = new Set([2304, 2552, 2503, 2581, 18004])

// A job within a job within a job needs three: more are nobody's intention.
const MAX_ROUNDS = 20

const UNNAMED = {
  en: (name: string) => `the type of ${name} has no name outside this line: later lines see it as any`,
  zh: (name: string) => `${name} 的类型在这一行之外没有名字：之后的行把它当作 any`,
}

interface Cell { readonly program: ts.Program; readonly file: ts.SourceFile; readonly checker: ts.TypeChecker; readonly end: number; readonly declared: readonly Declared[] }

export class Checker {
  readonly #program: CheckerProgram
  readonly #emitter: Emitter
  readonly #locale: string
  /** Notes that are made once a session. */
  readonly #said = new Set<unknown>()
  readonly #names = new Map<string, SessionName>()
  readonly #prelude: readonly SessionName[]
  #checked = -1
  readonly #pending = new Map<number, Committed>()

  constructor({ cwd, locale, declarations, committed = [] }: CheckerOptions) {
    this.#locale = localeOf(locale)
    ts.validateLocaleAndSetLanguage(this.#locale, ts.sys)
    this.#emitter = openEmitter(cwd)
    this.#program = new CheckerProgram(cwd, this.#emitter.options)
    this.#prelude = preludeNames(this.#program, declarations)
    this.reset(committed)
  }

  get parsedFiles(): number { return this.#program.parsedFiles }

  completeness(text: string): Completeness { return parseInput(text).state }

  check(text: string, line: number, file?: string): Checked {
    this.#forgetOthers(line)
    const parsed = parseInput(text)
    if (parsed.state === 'incomplete' && !file) return { kind: 'incomplete' }
    const insertions: Insertion[] = parsed.inParentheses ? [{ at: 0, text: '(' }, { at: text.length, text: ')' }] : []
    if (parsed.diagnostics.length) return this.#refuse(syntaxReasons(parsed.diagnostics, text), { text, insertions, locale: this.#locale })
    const cell = this.#settle(text, line, insertions)
    const source = { text, insertions, locale: this.#locale }
    const problems = this.#problems(cell)
    const rules = driverRules(cell.file, cell.end, cell.checker, this.#locale)
    // First, since a job inside an operator's function is a wrong type as well, and that says less.
    if (rules.refusals.length) return { kind: 'refused', diagnostics: rules.refusals.map(finding => toDiagnostic({ ...finding, file: cell.file, messageText: finding.message, category: ts.DiagnosticCategory.Error }, source)) }
    if (problems.length) return this.#refuse(this.#withSuggestions(problems, text, line, insertions), source)
    const asked = replayNotes(cell.file, cell.end, cell.checker, { locale: this.#locale, said: this.#said })
    return this.#compile(cell, { ...source, file }, line, [...rules.notes, ...asked])
  }

  commit(line: number): Committed {
    const committed = this.#pending.get(line)!
    this.#pending.delete(line)
    this.#program.remove(`${cellModule(line)}.ts`)
    this.#keep(committed)
    return committed
  }

  /** As if no line had run but these. */
  reset(committed: readonly Committed[] = []): void {
    for (const { line } of this.#names.values()) if (line > 0) this.#program.remove(`${cellModule(line)}.d.ts`)
    this.#names.clear()
    for (const name of this.#prelude) this.#names.set(name.name, name)
    for (const line of committed) this.#keep(line)
  }

  complete(text: string, cursor: number): Completions {
    const { program, file } = this.#program.of(this.#writeUnfinished(text, cursor))
    return completeAt(this.#program.service, program, file.fileName, cursor)
  }

  /** What the last name of an expression means, in words. */
  docOf(expression: string): string | undefined {
    const { file } = this.#load('[repl]-doc.ts', expression)
    const name = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?=\W*$)/u.exec(expression)
    return name ? documentationAt(this.#program.service, file.fileName, name.index) : undefined
  }

  signatures(text: string, cursor: number): readonly string[] {
    const { file } = this.#program.of(this.#writeUnfinished(text, cursor))
    return signaturesAt(this.#program.service, file.fileName, cursor)
  }

  typeOf(expression: string): string | undefined {
    const text = `void (${expression}\n)`
    const { file, checker, program } = this.#load('[repl]-type.ts', text)
    const [statement] = file.statements
    if (!statement || !ts.isExpressionStatement(statement) || !ts.isVoidExpression(statement.expression)) return undefined
    if ([...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].some(({ start }) => start! < text.length)) return undefined
    return show(checker, checker.getTypeAtLocation(statement.expression.expression))
  }

  bindings(): readonly KnownBinding[] {
    return [...this.#names.values()].filter(({ line, kind }) => line > 0 || kind === 'const').map(({ name, type, line }) => ({ name, type, line }))
  }

  #keep({ line, declarations, names }: Committed): void {
    this.#program.write(`${cellModule(line)}.d.ts`, declarations)
    for (const name of names) this.#names.set(name.name, name)
  }

  /** What was checked before and did not run, or was refused, is gone. */
  #forgetOthers(line: number): void {
    if (this.#checked !== line) this.#program.remove(`${cellModule(this.#checked)}.ts`)
    this.#checked = line
    this.#pending.clear()
  }

  /** Awaits jobs until no job is left unawaited. */
  #settle(text: string, line: number, insertions: Insertion[]): Cell {
    for (let round = 0; ; round++) {
      const cell = this.#load(`${cellModule(line)}.ts`, applyInsertions(text, insertions))
      const awaits = round < MAX_ROUNDS ? awaitsForJobs(cell.file, cell.end, cell.checker) : []
      if (awaits.length === 0) return cell
      insertions.push(...awaits.map(({ at, text: inserted }) => ({ at: toUserOffset(at, insertions), text: inserted })))
    }
  }

  #load(name: string, text: string, allNames = false): Cell {
    const parsed = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true)
    const declared = declaredIn(parsed, text.length)
    this.#write(name, text, tailOf(this.#others(declared, allNames ? this.#names.keys() : mentioned(parsed))), declared)
    const { program, file } = this.#program.of(name)
    return { program, file, checker: program.getTypeChecker(), end: text.length, declared: declaredIn(file, text.length) }
  }

  /** A line that is being typed: what it mentions, and what its last word may become. */
  #writeUnfinished(text: string, cursor: number): string {
    const parsed = ts.createSourceFile('', text, ts.ScriptTarget.ES2023, true)
    const declared = declaredIn(parsed, text.length)
    const used = new Set(this.#others(declared, mentioned(parsed)))
    const unused = this.#others(declared, this.#names.keys()).filter(each => !used.has(each))
    return this.#write('[repl]-completion.ts', text, `${tailOf(used)}\n${standIns(unused, text, cursor)}`)
  }

  /** Those that the session knows and that the text does not declare itself. */
  #others(declared: readonly Declared[], names: Iterable<string>): SessionName[] {
    const own = new Set(declared.map(each => each.name))
    return [...names].filter(each => !own.has(each)).flatMap(each => this.#names.get(each) ?? [])
  }

  #write(name: string, text: string, tail: string, declared: readonly Declared[] = []): string {
    const exported = declared.filter(({ ambient, nested, exported }) => !ambient && !nested && !exported).map(each => each.name)
    this.#program.write(name, `${text}\n;${tail}\nexport { ${exported.join(', ')} };`)
    return name
  }

  /** What is wrong in the user's text, or in a file of theirs that it imports. */
  #problems({ program, file, end, declared }: Cell): readonly ts.Diagnostic[] {
    const all = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(({ start, code }) => start! < end && !TOLERATED.has(code))
    const own = reasons(all.map(each => atMethodName(each, file)), file)
    if (own.length || !declared.some(({ imported }) => imported)) return own
    const theirs = program.getSourceFiles().filter(each => each !== file && !each.isDeclarationFile && !each.fileName.includes('/node_modules/'))
    return theirs.flatMap(each => [...program.getSyntacticDiagnostics(each), ...program.getSemanticDiagnostics(each)])
  }

  #withSuggestions(problems: readonly ts.Diagnostic[], text: string, line: number, insertions: readonly Insertion[]): readonly ts.Diagnostic[] {
    if (!problems.some(({ code }) => UNKNOWN_NAME.has(code))) return problems
    const again = this.#problems(this.#load(`${cellModule(line)}.ts`, applyInsertions(text, insertions), true))
    return again.length ? again : problems
  }

  #refuse(diagnostics: readonly ts.Diagnostic[], source: Source): Checked {
    return { kind: 'refused', diagnostics: distinct(diagnostics.map(diagnostic => toDiagnostic(diagnostic, source))) }
  }

  #compile(cell: Cell, { text, insertions, file }: Source & { readonly file: string | undefined }, line: number, notes: readonly string[]): Compiled {
    const names = cell.declared.map(each => this.#sessionName(each, cell, line))
    const own = new Map(names.map(each => [each.name, each.cell]))
    const found = references({ ...cell, cellOf: (name, ownName) => ownName ? own.get(name) : this.#names.get(name)?.cell })
    const asynchronous = isAsynchronous(cell.file, cell.end)
    const importedValues = new Set(cell.declared.filter(each => each.imported && own.get(each.name)).map(each => each.name))
    const imports = new Set<string>()
    const emitted = this.#emitter.emit(applyInsertions(text, insertions), this.#program.path(`${cellModule(line)}.ts`), toCells({ references: found, importedValues, asynchronous, imports }))
    const last = lastExpression(cell.file, cell.end)
    const statements = keptStatements({ ...cell, text, insertions, line, name: file ?? `<repl>:${line}`, lineOf: name => this.#names.get(name)?.line })
    const { declarations, unnamed } = this.#declarations(cell, line)
    this.#pending.set(line, { line, declarations, names, statements })
    return {
      kind: 'compiled', ...emitted, insertions, asynchronous, imports: [...imports],
      cells: names.flatMap(({ name, cell: property }, at) => property && !cell.declared[at]!.ambient ? [{ name, cell: property }] : []),
      bindings: names.filter((_, at) => !cell.declared[at]!.imported).map(({ name, type }): Binding => ({ name, type })),
      valueType: last && show(cell.checker, cell.checker.getTypeAtLocation(last)),
      notes: [...notes, ...uncalledMethod(last, cell.checker, this.#locale), ...unnamed.map(name => UNNAMED[this.#locale.startsWith('zh') ? 'zh' : 'en'](name))],
    }
  }

  #sessionName({ name, kind, word, nodes, imported, ambient }: Declared, { checker }: Cell, line: number): SessionName {
    const symbol = checker.getSymbolAtLocation(nodes[0]!)!
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const value = kind !== 'type' && (!imported || !!(target.flags & ts.SymbolFlags.Value))
    const type = word ?? (value ? show(checker, checker.getTypeOfSymbol(target)) : 'type')
    return { name, kind: value ? kind : 'type', line, type, cell: value ? ambient ? name : cellName(name, line) : undefined }
  }

  /** What later inputs import. A name whose type cannot be written down outside this input is `any` for them. */
  #declarations({ program, file, declared, checker }: Cell, line: number): { declarations: string; unnamed: readonly string[] } {
    const wrong = program.getDeclarationDiagnostics(file)
    const unnamed = declared.filter(({ nodes }) => nodes.some(node => wrong.some(({ start }) => isWithin(start!, declarationOf(node))))).map(({ name }) => name)
    if (unnamed.length) {
      const kept = declared.filter(({ name, ambient, nested, exported }) => !ambient && !nested && !exported && !unnamed.includes(name)).map(({ name }) => name)
      this.#program.write(`${cellModule(line)}.ts`, file.text.replace(/\nexport \{[^\n]*\};$/, `\nexport { ${kept.join(', ')} };`))
      this.#program.of(`${cellModule(line)}.ts`)
    }
    const emitted = this.#program.service.getEmitOutput(file.fileName, true, true).outputFiles.find(({ name }) => name.endsWith('.d.ts'))
    const nested = declared.filter(each => each.nested).map(({ name, nodes }) => `export declare let ${name}: ${checker.typeToString(checker.getTypeAtLocation(nodes[0]!), file, ts.TypeFormatFlags.NoTruncation)};`)
    return { declarations: [emitted?.text ?? '', ...nested, ...unnamed.map(name => `export declare let ${name}: any;`)].join('\n'), unnamed }
  }
}

function declarationOf(node: ts.Node): ts.Node {
  while (node.parent && !ts.isSourceFile(node.parent) && !ts.isVariableDeclarationList(node.parent)) node = node.parent
  return node
}

const isWithin = (offset: number, node: ts.Node): boolean => offset >= node.pos && offset < node.end

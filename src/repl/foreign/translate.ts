/**
 * A pasted Scala or Python program as TypeScript, whole, or what in it is not known and where. Nothing is run here.
 *
 * The prompt has its contexts already: lines that make a SparkConf or a SparkContext are left out, a StreamingContext is made of the
 * prompt's sc, and the prompt does not wait for the end of the stream. Each of these says so in a comment.
 */
import { Expressions, paramNames, paramsText } from './expressions.js'
import { parsePython } from './python.js'
import { parseScala } from './scala.js'
import { assignedIn, declaredBy, givenTo, NO_NAMES, within, type Names } from './scope.js'
import type { Expression, Statement } from './syntax.js'
import { Unknown, type Language } from './tokens.js'

export type Translation =
  | { readonly language: Language; readonly text: string }
  | { readonly language: Language; readonly line: number; readonly problem: string }

/** What no TypeScript has at the beginning of a line or in it. */
const MARKS: readonly (readonly [Language, RegExp])[] = [
  ['Scala', /^\s*(val\s+[\w(]|object\s+\w+|import\s+org\.apache\.|def\s+\w+.*=\s*\{?\s*$)|\b_\s*[+*]\s*_\b/m],
  ['Python', /^\s*(from\s+[\w.]+\s+import\s|def\s+\w+\s*\(.*\).*:\s*(#.*)?$|if\s+__name__\s*==)|\blambda\s+[\w, ]+:|\.pprint\(/m],
]
const TYPESCRIPT = /^\s*(const|let|function|interface|export)\s/m

/** The language of a program of several lines, where it is one of these. */
export function languageOf(text: string): Language | undefined {
  if (!text.trim().includes('\n') || TYPESCRIPT.test(text)) return undefined
  return MARKS.find(([, mark]) => mark.test(text))?.[0]
}

/** @example translate('val n = 1\nprintln(n)') // { language: 'Scala', text: 'const n = 1\nconsole.log(n)' } */
export function translate(text: string): Translation | undefined {
  const language = languageOf(text)
  if (!language) return undefined
  try {
    return { language, text: new Program(language, language === 'Scala' ? parseScala(text) : parsePython(text)).text() }
  } catch (error) {
    if (error instanceof Unknown) return { language, line: error.line, problem: error.what }
    throw error
  }
}

const KEPT = /^(Seconds|Milliseconds|Minutes|Duration|Durations)$/

class Program {
  readonly #aliases = new Map<string, string>()
  readonly #expressions: Expressions
  readonly #assigned: ReadonlySet<string>
  /** Functions that get a batch, and those that get the values of a key. */
  readonly #ofBatches: ReadonlySet<string>
  readonly #ofState: ReadonlySet<string>
  #waited = false

  constructor(readonly language: Language, readonly statements: readonly Statement[]) {
    this.#assigned = assignedIn(statements)
    this.#ofBatches = givenTo('foreachRDD', statements)
    this.#ofState = givenTo('updateStateByKey', statements)
    const timeFirst = new Set(statements.filter(each => language === 'Python' && each.kind === 'function' && each.params.length === 2 && this.#ofBatches.has(each.name)).map(each => (each as { name: string }).name))
    this.#expressions = new Expressions({ language, aliases: this.#aliases, timeFirst, block: (body, names) => this.#block(body, names) })
  }

  text(): string { return this.#lines(this.statements, NO_NAMES).join('\n') }

  #lines(statements: readonly Statement[], names: Names): string[] {
    const inner = within(names, declaredBy(statements))
    return statements.flatMap(each => this.#statement(each, inner))
  }

  #block(statements: readonly Statement[], names: Names): string {
    return `{\n${this.#lines(statements, names).join('\n').replace(/^(?=.)/gm, '  ')}\n}`
  }

  #statement(statement: Statement, names: Names): string[] {
    const text = (node: Expression): string => this.#expressions.text(node, names)
    switch (statement.kind) {
      case 'declare': return this.#declaration(statement, names)
      case 'function': return [this.#function(statement, names)]
      case 'expression': return this.#expression(statement.value, names)
      case 'assign': return [this.#assignment(statement, names)]
      case 'return': return [statement.value ? `return ${text(statement.value)}` : 'return']
      case 'if': return this.#if(statement, names)
      case 'for': return [`for (const ${statement.name} of ${text(statement.of)}) ${this.#block(statement.body, within(names, { params: [statement.name.replace(/[[\]]/g, '')].flatMap(each => each.split(', ')) }))}`]
      case 'dropped': return [`// ${statement.text}`]
      default: return statement satisfies never
    }
  }

  #declaration({ names: declared, type, value, mutable, line }: Extract<Statement, { kind: 'declare' }>, names: Names): string[] {
    const [name] = declared
    const root = rootOf(value)
    if (root === 'SparkConf' || root === 'SparkSession') {
      if (root === 'SparkSession') this.#aliases.set(name!, 'spark')
      return [`// ${name}: the prompt has its settings from its flags`]
    }
    if (root === 'SparkContext' || (value.kind === 'member' && value.name === 'sparkContext' && value.of.kind === 'name' && this.#aliases.get(value.of.name) === 'spark')) {
      this.#aliases.set(name!, 'sc')
      return [`// ${name}: the prompt's sc`]
    }
    if (root === 'StreamingContext') return [this.#context(name!, value, names, line)]
    const word = this.#assigned.has(name!) ? 'let' : 'const'
    const target = declared.length === 1 ? name! : `[${declared.join(', ')}]`
    if (value.kind === 'new' && value.name === 'Queue') return [`${word} ${target}: RDD<any>[] = []`]
    const typed = type ? `: ${type}` : value.kind === 'list' && value.items.length === 0 ? ': any[]' : ''
    const pair = value.kind === 'list' && value.isTuple && declared.length === 1 && !type && value.items.every(item => item.kind === 'name') ? `: [${value.items.map(item => `typeof ${this.#expressions.text(item, names)}`).join(', ')}]` : ''
    return [`${mutable && this.#assigned.has(name!) ? 'let' : word} ${target}${typed || pair} = ${this.#typed(value, names)}`]
  }

  /** A function that is not given to an operator gets no types from there. */
  #typed(value: Expression, names: Names): string {
    if (value.kind !== 'lambda') return this.#expressions.text(value, names)
    return this.#expressions.text({ ...value, params: value.params.map(param => param.type || param.isPattern ? param : { ...param, type: 'any' }) }, names)
  }

  #context(name: string, value: Expression, names: Names, line: number): string {
    const args = value.kind === 'new' || value.kind === 'call' ? [...value.args, ...value.kind === 'call' ? Object.values(value.named) : []] : []
    const duration = args.at(-1)
    if (!duration || (value.kind === 'call' && value.callee.kind !== 'name')) throw new Unknown(line, 'a StreamingContext that is made in another way than new StreamingContext(conf, Seconds(1))')
    const isSpan = (duration.kind === 'call' && (KEPT.test(rootOf(duration) ?? ''))) || (duration.kind === 'name')
    const span = this.#expressions.text(duration, names)
    return `const ${name} = new StreamingContext(sc, ${isSpan ? span : `Seconds(${span})`})`
  }

  #function({ name, params: given, result, body, line }: Extract<Statement, { kind: 'function' }>, names: Names): string {
    const waits = this.#ofBatches.has(name)
    if (this.language === 'Scala' && given.some(({ type }) => type === undefined)) throw new Unknown(line, `parameters of ${name} without types`)
    const params = given.map((param, i) => param.type === 'any' ? { ...param, type: this.#typeOf(name, i, given.length) } : param)
    const inner = within(names, { params: params.flatMap(paramNames), lists: params.filter(({ type }) => type?.endsWith('[]')).flatMap(paramNames), waits, untyped: this.language === 'Python' })
    const type = waits || !result ? '' : `: ${result}`
    return `${waits ? 'async ' : ''}function ${name}${paramsText(params)}${type} ${this.#block(body, inner)}`
  }

  /** What is known of a parameter from where its function is used. */
  #typeOf(name: string, place: number, count: number): string {
    if (this.#ofBatches.has(name)) return place === count - 1 ? 'RDD<any>' : 'Time'
    return this.#ofState.has(name) && place === 0 ? 'any[]' : 'any'
  }

  #assignment({ target, sign, value }: Extract<Statement, { kind: 'assign' }>, names: Names): string {
    const [to, text] = [this.#expressions.text(target, names), this.#expressions.text(value, names)]
    const isList = target.kind === 'name' && (names.lists.has(target.name) || this.language === 'Scala' && !this.#isVariable(target.name))
    if (sign === '+=' && isList) return `${to}.push(${value.kind === 'list' ? text.slice(1, -1) : text})`
    return `${to} ${sign} ${text}`
  }

  /** Scala's `+=` of a val puts something into it. */
  #isVariable(name: string): boolean {
    return this.statements.some(each => each.kind === 'declare' && each.mutable && each.names.includes(name))
  }

  #expression(value: Expression, names: Names): string[] {
    const called = value.kind === 'call' ? value.callee : value
    const method = called.kind === 'member' ? called.name : undefined
    if (method === 'setLogLevel' || method === 'setStreamingLogLevels' || rootOf(value) === 'Logger') return []
    if (method === 'awaitTermination') { this.#waited = true; return [`// ${this.#expressions.text((called as { of: Expression }).of, names)}.awaitTermination: the prompt stays yours while the stream runs`] }
    if (method === 'stop' && this.#waited) return []
    return [this.#expressions.text(value, names)]
  }

  /** Whether there are arguments is no question at a prompt. */
  #if({ test, then, otherwise }: Extract<Statement, { kind: 'if' }>, names: Names): string[] {
    if (asksForArguments(test)) return []
    const rest = otherwise ? ` else ${otherwise.length === 1 && otherwise[0]!.kind === 'if' ? this.#if(otherwise[0], names).join('\n') : this.#block(otherwise, names)}` : ''
    return [`if (${this.#expressions.text(test, names)}) ${this.#block(then, names)}${rest}`]
  }
}

/** The name that a chain of calls begins with. */
function rootOf(node: Expression): string | undefined {
  if (node.kind === 'name' || node.kind === 'new') return node.name
  if (node.kind === 'call') return rootOf(node.callee)
  return node.kind === 'member' || node.kind === 'index' ? rootOf(node.of) : undefined
}

function asksForArguments(test: Expression): boolean {
  if (test.kind === 'binary') return asksForArguments(test.left) || asksForArguments(test.right)
  if (test.kind === 'call') return test.args.some(asksForArguments) || asksForArguments(test.callee)
  return rootOf(test) === 'args' || rootOf(test) === 'sys'
}

/** Expressions as TypeScript. A name that nothing declares is refused with its line: what is not known never runs. */
import { functionForm, GLOBALS, JOBS, listForm, methodForm, plainMember, SPANS } from './forms.js'
import { within, type Names } from './scope.js'
import type { Expression, Param, Statement } from './syntax.js'
import { Unknown, type Language } from './tokens.js'

export interface Writing {
  readonly language: Language
  /** By the program's own name: sc, ssc and their kin. */
  readonly aliases: ReadonlyMap<string, string>
  /** Functions that foreachRDD is given by name: the time comes first. */
  readonly timeFirst: ReadonlySet<string>
  /** A body of statements, indented. */
  readonly block: (statements: readonly Statement[], names: Names) => string
}

const SIGNS: Readonly<Record<string, string>> = { '==': '===', '!=': '!==', is: '===', 'is not': '!==', and: '&&', or: '||', not: '!' }
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['===', '!==', '<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%'], ['**']]
const levelOf = (sign: string): number => LEVELS.findIndex(level => level.includes(sign))

export class Expressions {
  constructor(readonly writing: Writing) {}

  text(node: Expression, names: Names): string {
    const text = (each: Expression): string => this.text(each, names)
    switch (node.kind) {
      case 'name': return this.#name(node.name, node.line, names)
      case 'literal': return node.text
      case 'text': return quoted(node.raw)
      case 'template': return `\`${node.parts.map(part => typeof part === 'string' ? part.replaceAll('`', '\\`').replaceAll('${', '\\${') : `\${${text(part)}}`).join('')}\``
      case 'list': return `[${node.items.map(text).join(', ')}]`
      case 'hole': throw new Unknown(0, '_ in this place')
      case 'lambda': return this.lambda(node, names, false)
      case 'call': return this.#call(node, names)
      case 'member': return this.#member(node, names)
      case 'index': return this.#index(node, names)
      case 'binary': return this.#binary(node, names)
      case 'unary': return `${SIGNS[node.sign] ?? node.sign}${this.#tight(node.of, names)}`
      case 'choice': return `${this.#tight(node.test, names)} ? ${text(node.then)} : ${text(node.otherwise)}`
      case 'new': return `new ${this.#className(node.name, node.line)}(${node.args.map(text).join(', ')})`
      default: return node satisfies never
    }
  }

  lambda({ params: given, body }: Extract<Expression, { kind: 'lambda' }>, names: Names, waits: boolean): string {
    const params = names.untyped ? given.map(param => param.isPattern ? { names: [`[${param.names.join(', ')}]`], isPattern: false, type: param.type ?? 'any' } : { ...param, type: param.type ?? 'any' }) : given
    const inner = within(names, { params: params.flatMap(paramNames), lists: params.filter(({ type }) => type?.endsWith('[]')).flatMap(paramNames), waits })
    const made = Array.isArray(body) ? this.writing.block(body as readonly Statement[], inner) : this.text(body as Expression, inner)
    return `${waits ? 'async ' : ''}${paramsText(params)} => ${made}`
  }

  #name(name: string, line: number, names: Names): string {
    const alias = this.writing.aliases.get(name)
    if (alias) return alias
    if (names.known.has(name) || line === 0) return name
    if (name === 'math') return 'Math'
    const form = functionForm(this.writing.language, name)
    if (form && name !== 'Durations') return `x => ${form('', ['x'])}`
    if (GLOBALS.has(name)) return name
    throw new Unknown(line, name)
  }

  #className(name: string, line: number): string {
    if (GLOBALS.has(name)) return name
    throw new Unknown(line, `new ${name}`)
  }

  #member({ of, name, line }: Extract<Expression, { kind: 'member' }>, names: Names): string {
    const text = this.#object(of, names)
    const place = /^_(\d+)$/.exec(name)
    if (place) return `${text}[${Number(place[1]) - 1}]`
    if (this.writing.language === 'Python') return `${text}.${name}`
    if (of.kind === 'name' && names.lists.has(of.name) && listForm(name)) return listForm(name)!(text, [])
    if (of.kind === 'name' && !names.known.has(of.name) && GLOBALS.has(of.name) && !['sc', 'ssc'].includes(of.name)) return `${text}.${name === 'Pi' ? 'PI' : name}`
    const plain = plainMember(name)
    if (plain) return `${text}.${plain}`
    return this.#called(of, name, [], names, line)
  }

  #index({ of, at }: Extract<Expression, { kind: 'index' }>, names: Names): string {
    const isArgument = of.kind === 'member' && of.name === 'argv'
    if (isArgument && at.kind === 'literal') return argument(Number(at.text) - 1, of.line)
    const place = this.text(at, names)
    return place.startsWith('-') ? `${this.#object(of, names)}.at(${place})!` : `${this.#object(of, names)}[${place}]`
  }

  #call(node: Extract<Expression, { kind: 'call' }>, names: Names): string {
    const { callee, args, line } = node
    if (callee.kind === 'name') {
      if (callee.name === 'args' && args[0]?.kind === 'literal') return argument(Number(args[0].text), line)
      if (callee.name === 'StreamingContext') return this.#text(node, names)
      const isPlace = args.length === 1 && args[0]!.kind === 'literal' && /^\d+$/.test((args[0] as { text: string }).text) && (names.lists.has(callee.name) || names.params.has(callee.name))
      if (isPlace && this.writing.language === 'Scala') return `${callee.name}[${this.text(args[0]!, names)}]`
      const form = names.known.has(callee.name) ? undefined : functionForm(this.writing.language, callee.name)
      if (form) return form('', args.map(each => this.text(each, names)))
    }
    if (callee.kind === 'member') return this.#called(callee.of, callee.name, [...args, ...Object.values(node.named)], names, callee.line)
    return this.#text(node, names)
  }

  #text({ callee, args, named }: Extract<Expression, { kind: 'call' }>, names: Names): string {
    return `${this.#object(callee, names)}(${[...args, ...Object.values(named)].map(each => this.text(each, names)).join(', ')})`
  }

  /** A method of something: by its form, else by its name. */
  #called(of: Expression, name: string, args: readonly Expression[], names: Names, line: number): string {
    const { language } = this.writing
    if (of.kind === 'name' && of.name === 'Durations') return `${name[0]!.toUpperCase()}${name.slice(1)}(${args.map(each => this.text(each, names)).join(', ')})`
    const text = this.#object(of, names)
    const isOfList = (of.kind === 'call' && of.callee.kind === 'member' && JOBS.has(of.callee.name)) || (of.kind === 'name' && names.lists.has(of.name)) || of.kind === 'list'
    if (name === 'foreach' && isOfList) return `${text}.forEach(${this.#arguments(name, args, names).join(', ')})`
    const given = this.#arguments(name, args, names)
    const form = (isOfList && args.length === 0 ? listForm(name) : undefined) ?? methodForm(language, name)
    if (form && !(['max', 'min'].includes(name) && args.length === 0)) return form(text, given)
    const made = `${text}.${name}(${(language === 'Python' ? SPANS[name]?.(given) ?? given : given).join(', ')})`
    return names.waits && JOBS.has(name) && line >= 0 && !isOfList ? `await ${made}` : made
  }

  /** What foreachRDD calls runs on the driver and may wait; in Python it gets the time first. */
  #arguments(method: string, args: readonly Expression[], names: Names): string[] {
    const [first] = args
    if (TAKES_TWO.test(method)) return args.map(each => this.text(ofTwo(each), { ...names, waits: false }))
    if (method !== 'foreachRDD' || !first) return args.map(each => this.text(each, { ...names, waits: false }))
    if (first.kind === 'lambda') return [this.lambda(this.#swapped(first), names, true)]
    const text = this.text(first, names)
    return [first.kind === 'name' && this.writing.timeFirst.has(first.name) ? `(rdd, time) => ${text}(time, rdd)` : text]
  }

  #swapped(lambda: Extract<Expression, { kind: 'lambda' }>): Extract<Expression, { kind: 'lambda' }> {
    return this.writing.language === 'Python' && lambda.params.length === 2 ? { ...lambda, params: [lambda.params[1]!, lambda.params[0]!] } : lambda
  }

  #binary({ sign, left, right }: Extract<Expression, { kind: 'binary' }>, names: Names): string {
    if (sign === '%' && (left.kind === 'text')) return this.#formatted(left.raw, right, names)
    if (sign === 'in') return `${this.#object(right, names)}.includes(${this.text(left, names)})`
    if (sign === '//') return `Math.floor(${this.#tight(left, names)} / ${this.#tight(right, names)})`
    const written = SIGNS[sign] ?? sign
    const level = levelOf(written)
    const side = (node: Expression, loosest: number): string => {
      const inner = node.kind === 'binary' ? levelOf(SIGNS[node.sign] ?? node.sign) : Infinity
      const text = this.text(node, names)
      return inner < loosest || node.kind === 'choice' || node.kind === 'lambda' ? `(${text})` : text
    }
    return `${side(left, level)} ${written} ${side(right, level + 1)}`
  }

  /** "%s: %i" % (word, count) */
  #formatted(raw: string, values: Expression, names: Names): string {
    const items = values.kind === 'list' ? [...values.items] : [values]
    return `\`${raw.replaceAll('`', '\\`').replace(/%[\d.]*[sdifr]/g, () => { const next = items.shift(); return next ? `\${${this.text(next, names)}}` : '' })}\``
  }

  /** With parentheses where something is said of it. */
  #object(node: Expression, names: Names): string {
    const text = this.text(node, names)
    return ['binary', 'unary', 'choice', 'lambda'].includes(node.kind) || text.startsWith('await ') || (node.kind === 'literal' && /^\d/.test(text)) ? `(${text})` : text
  }

  #tight(node: Expression, names: Names): string {
    return node.kind === 'binary' || node.kind === 'choice' || node.kind === 'lambda' ? `(${this.text(node, names)})` : this.text(node, names)
  }
}

/** Their functions get two values, not a pair: `{ case (a, b) => a + b }` takes none apart. */
const TAKES_TWO = /^(reduce|fold|aggregate)/
const ofTwo = (node: Expression): Expression =>
  node.kind === 'lambda' && node.params.length === 1 && node.params[0]!.isPattern ? { ...node, params: node.params[0]!.names.map(name => ({ names: [name], isPattern: /^\[/.test(name), type: undefined })) } : node

export const paramNames = ({ names }: Param): string[] => names.flatMap(name => name.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [])

export function paramsText(params: readonly Param[]): string {
  const [only] = params
  if (params.length === 1 && !only!.isPattern && !only!.type && !only!.names[0]!.startsWith('[')) return only!.names[0]!
  return `(${params.map(({ names, isPattern, type }) => isPattern ? `[${names.join(', ')}]` : type ? `${names[0]}: ${type}` : names[0]).join(', ')})`
}

/** What is given on the command line there: host and port, as all examples have them. */
function argument(place: number, line: number): string {
  const given = ["'localhost'", "'9999'"][place]
  if (given === undefined) throw new Unknown(line, `argument ${place + 1} of the command line: write its value there`)
  return given
}

function quoted(raw: string): string {
  if (raw.includes('\n')) return `\`${raw.replaceAll('`', '\\`').replaceAll('${', '\\${')}\``
  return `'${raw.replace(/\\"/g, '"').replace(/(^|[^\\])'/g, "$1\\'")}'`
}

/** Scala, as far as first programs with Spark go: val, def, object and main, functions with `=>` and `_`, calls with dots and braces. */
import { Reader, signsOf, template, tightest } from './reader.js'
import { withoutHoles } from './holes.js'
import { literal, plainParam, returning, type Expression, type Param, type Statement } from './syntax.js'
import { Unknown, tokensOf } from './tokens.js'

export function parseScala(text: string): Statement[] {
  const reader = new Reader(tokensOf('Scala', text))
  return new Scala(reader).statements('')
}

const TYPES: Readonly<Record<string, string>> = { Int: 'number', Long: 'number', Double: 'number', Float: 'number', String: 'string', Boolean: 'boolean', Unit: 'void', Any: 'any' }
const LISTS = /^(Seq|List|Array|Iterable|Iterator|Vector|TraversableOnce)$/
const CONSTANTS: Readonly<Record<string, string>> = { None: 'undefined', null: 'null', true: 'true', false: 'false', Nil: '[]' }
const MODIFIERS = ['private', 'final', 'implicit', 'lazy', 'override', 'protected', '@transient']
const ASSIGNS = ['=', '+=', '-=', '*=']
const REFUSED = ['class', 'trait', 'match', 'while', 'try', 'throw', 'type', 'case']

class Scala {
  constructor(readonly reader: Reader) {}

  /** Up to the closing sign, which is taken, or the end. */
  statements(close: '}' | ''): Statement[] {
    const made: Statement[] = []
    for (this.reader.passLines(); close ? !this.reader.have(close) : !this.reader.isKind('end'); this.reader.passLines()) made.push(...this.#statement())
    return made
  }

  #statement(): Statement[] {
    const { reader } = this
    const { line } = reader
    while (reader.is(...MODIFIERS)) reader.take()
    if (reader.is('import', 'package')) { while (!reader.isKind('end of line') && !reader.isKind('end')) reader.take(); return [] }
    if (reader.have('object')) return this.#object()
    if (reader.is(...REFUSED)) throw new Unknown(line, reader.next.text)
    if (reader.have('val')) return [this.#declaration(false, line)]
    if (reader.have('var')) return [this.#declaration(true, line)]
    if (reader.have('def')) return this.#def(line)
    if (reader.is('if')) return [this.#ifStatement(line)]
    if (reader.have('for')) return [this.#for(line)]
    const target = this.#lambdaOrBinary()
    const sign = ASSIGNS.find(each => reader.have(each))
    return [sign ? { kind: 'assign', target, sign, value: this.expression(), line } : { kind: 'expression', value: withoutHoles(target), line }]
  }

  /** `object X { def main(args: Array[String]) { … } }` is its main, after what stands beside it. */
  #object(): Statement[] {
    this.reader.needKind('name')
    while (!this.reader.is('{')) this.reader.take().kind === 'end' && this.reader.refuse()
    this.reader.need('{')
    return this.statements('}')
  }

  #declaration(mutable: boolean, line: number): Statement {
    const { reader } = this
    const names = reader.have('(') ? reader.list(')', () => reader.needKind('name')) : [reader.needKind('name')]
    const type = reader.have(':') ? this.#type() : undefined
    reader.need('=')
    reader.passLines()
    return { kind: 'declare', names, type, value: this.expression(), mutable, line }
  }

  #def(line: number): Statement[] {
    const { reader } = this
    const name = reader.needKind('name')
    if (reader.have('[')) reader.list(']', () => this.#type())
    const params = reader.have('(') ? reader.list(')', () => this.#param()) : []
    const result = reader.have(':') ? this.#type() : undefined
    const gives = reader.have('=')
    reader.passLines()
    const body = reader.have('{') ? this.statements('}') : [{ kind: 'expression', value: this.expression(), line } as Statement]
    if (name === 'main') return body
    return [{ kind: 'function', name, params, result, body: gives && result !== 'void' ? returning(body) : body, line }]
  }

  #param(): Param {
    const name = this.reader.needKind('name')
    return plainParam(name, this.reader.have(':') ? this.#type() : undefined)
  }

  #type(): string {
    const { reader } = this
    if (reader.have('(')) {
      const items = reader.list(')', () => this.#type())
      return reader.have('=>') ? `(${items.map((item, i) => `a${i}: ${item}`).join(', ')}) => ${this.#type()}` : items.length === 1 ? items[0]! : `[${items.join(', ')}]`
    }
    let name = reader.needKind('name')
    while (reader.have('.')) name = reader.needKind('name')
    const args = reader.have('[') ? reader.list(']', () => this.#type()) : []
    if (LISTS.test(name)) return /[ ]/.test(args[0] ?? '') ? `(${args[0]})[]` : `${args[0]}[]`
    if (name === 'Option') return `${args[0]} | undefined`
    const type = TYPES[name] ?? (args.length ? `${name}<${args.join(', ')}>` : name)
    return reader.have('=>') ? `(a: ${type}) => ${this.#type()}` : type
  }

  #ifStatement(line: number): Statement {
    const { reader } = this
    const test = this.#condition()
    const then = this.#branch()
    const mark = reader.mark()
    reader.passLines()
    if (!reader.have('else')) { reader.back(mark); return { kind: 'if', test, then, otherwise: undefined, line } }
    return { kind: 'if', test, then, otherwise: reader.is('if') ? [this.#ifStatement(reader.line)] : this.#branch(), line }
  }

  #condition(): Expression {
    const { reader } = this
    reader.need('if')
    reader.need('(')
    const test = this.expression()
    reader.need(')')
    return test
  }

  #branch(): Statement[] {
    this.reader.passLines()
    return this.reader.have('{') ? this.statements('}') : this.#statement()
  }

  #for(line: number): Statement {
    const { reader } = this
    reader.need('(')
    const name = reader.needKind('name')
    reader.need('<-')
    const of = this.expression()
    reader.need(')')
    return { kind: 'for', name, of, body: this.#branch(), line }
  }

  /** With its placeholders made into parameters. */
  expression(): Expression { return withoutHoles(this.#lambdaOrBinary()) }

  /** As an argument: a lone `_` belongs to what is around it. */
  #argument(): Expression {
    const found = this.#lambdaOrBinary()
    return found.kind === 'hole' ? found : withoutHoles(found)
  }

  #lambdaOrBinary(): Expression {
    const { reader } = this
    const params = this.#lambdaParams()
    if (params) return { kind: 'lambda', params, body: reader.is('{') ? this.#body() : this.expression() }
    if (reader.is('if')) return this.#choice()
    return this.#binary(0)
  }

  /** `x =>`, `(a: Int, b) =>`, `case (k, v) =>`; undefined, and nothing taken, where there is none. */
  #lambdaParams(): Param[] | undefined {
    const { reader } = this
    const mark = reader.mark()
    try {
      const isCase = reader.have('case')
      const params = reader.have('(') ? reader.list(')', () => this.#pattern()) : reader.isKind('name') ? [this.#pattern()] : undefined
      if (params && reader.have('=>')) { reader.passLines(); return isCase && params.length > 1 ? [{ names: params.flatMap(({ names }) => names.length > 1 ? [`[${names.join(', ')}]`] : names), isPattern: true, type: undefined }] : params }
    } catch (error) { if (!(error instanceof Unknown)) throw error }
    reader.back(mark)
    return undefined
  }

  #pattern(): Param {
    if (this.reader.have('(')) return { names: this.reader.list(')', () => this.reader.needKind('name')), isPattern: true, type: undefined }
    return this.#param()
  }

  #choice(): Expression {
    const { reader } = this
    const test = this.#condition()
    const then = this.#braced()
    reader.passLines()
    reader.need('else')
    return { kind: 'choice', test, then, otherwise: this.#braced() }
  }

  /** One expression, with braces around it or without. */
  #braced(): Expression {
    this.reader.passLines()
    if (!this.reader.have('{')) return this.#lambdaOrBinary()
    this.reader.passLines()
    const made = this.#lambdaOrBinary()
    this.reader.passLines()
    this.reader.need('}')
    return made
  }

  #binary(level: number): Expression {
    if (level === tightest) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const sign = signsOf(level).filter(each => !['or', 'and', 'is', 'in', ':', '//', '**'].includes(each)).find(each => this.reader.have(each))
      if (sign === undefined) return left
      this.reader.passLines()
      const right = this.#binary(level + 1)
      left = sign === '->' ? { kind: 'list', items: [left, right], isTuple: true } : { kind: 'binary', sign, left, right }
    }
  }

  #unary(): Expression {
    const sign = ['-', '!'].find(each => this.reader.have(each))
    return sign ? { kind: 'unary', sign, of: this.#unary() } : this.#postfix(this.#atom())
  }

  #postfix(of: Expression): Expression {
    const { reader } = this
    const { line } = reader
    const mark = reader.mark()
    reader.passLines()
    if (reader.have('.')) return this.#postfix({ kind: 'member', of, name: reader.needKind('name'), line: reader.line })
    reader.back(mark)
    if (reader.have('[')) { reader.list(']', () => this.#type()); return this.#postfix(of) }
    if (reader.have('(')) return this.#postfix(this.#call(of, line))
    if (reader.is('{') && (of.kind === 'member' || of.kind === 'call')) return this.#postfix({ kind: 'call', callee: of, args: [this.#block()], named: {}, line })
    if (reader.is('_') && of.kind === 'name' && (reader.after(1).kind === 'end of line' || [',', ')'].includes(reader.after(1).text))) reader.take() // `f _`: the function itself
    return this.#infix(of, line)
  }

  /** `a max b`, `1 to 3`. */
  #infix(of: Expression, line: number): Expression {
    const { reader } = this
    if (!reader.isKind('name') || !['max', 'min', 'to', 'until'].includes(reader.next.text)) return of
    const name = reader.take().text
    return { kind: 'call', callee: { kind: 'member', of, name, line }, args: [this.#unary()], named: {}, line }
  }

  #call(callee: Expression, line: number): Expression {
    return { kind: 'call', callee, ...this.reader.given(() => this.#argument(), () => this.expression()), line }
  }

  /** `{ x => … }`, `{ case (k, v) => … }`, `{ _ + 1 }`. */
  #block(): Expression {
    const { reader } = this
    const { line } = reader
    reader.need('{')
    reader.passLines()
    const params = this.#lambdaParams()
    const body = this.statements('}')
    if (reader.is('case')) throw new Unknown(line, 'several cases')
    const [only, ...more] = body
    const value = only?.kind === 'expression' && more.length === 0 ? only.value : undefined
    return params ? { kind: 'lambda', params, body: value ?? returning(body) } : value ?? this.#refuseBlock(line)
  }

  #refuseBlock(line: number): never { throw new Unknown(line, 'a block in the place of a value') }

  #body(): readonly Statement[] {
    this.reader.need('{')
    return returning(this.statements('}'))
  }

  #atom(): Expression {
    const { reader } = this
    const token = reader.take()
    if (token.kind === 'number') return literal(token.text.replace(/[LlfFdD]$/, ''))
    if (token.kind === 'string') return template(token.parts, 'Scala', token.line, inner => new Scala(inner).expression())
    if (token.kind === 'name' && token.text === '_') return { kind: 'hole' }
    if (token.kind === 'name' && token.text === 'new') return this.#new(token.line)
    if (token.kind === 'name' && REFUSED.includes(token.text)) throw new Unknown(token.line, token.text)
    if (token.kind === 'name') return CONSTANTS[token.text] ? literal(CONSTANTS[token.text]!) : { kind: 'name', name: token.text, line: token.line }
    if (token.text !== '(') throw new Unknown(token.line, token.text ? `${token.text} is not expected there` : 'the line ends too early')
    const items = reader.list(')', () => this.#argument())
    return items.length === 1 ? items[0]! : { kind: 'list', items, isTuple: true }
  }

  #new(line: number): Expression {
    let name = this.reader.needKind('name')
    while (this.reader.have('.')) name = this.reader.needKind('name')
    if (this.reader.have('[')) this.reader.list(']', () => this.#type())
    const call = this.reader.have('(') ? this.#call({ kind: 'name', name, line }, line) : undefined
    return { kind: 'new', name, args: call?.kind === 'call' ? call.args : [], line }
  }
}

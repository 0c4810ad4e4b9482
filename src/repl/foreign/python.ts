/** Python, as far as first programs with Spark go: assignments, def, if, for, lambdas, calls, comprehensions. */
import { Reader, signsOf, template, tightest } from './reader.js'
import { literal, plainParam, type Expression, type Param, type Statement } from './syntax.js'
import { Unknown, tokensOf } from './tokens.js'

export function parsePython(text: string): Statement[] {
  const reader = new Reader(tokensOf('Python', text))
  const parser = new Python(reader)
  return parser.statements('end')
}

const CONSTANTS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'undefined' }
const TYPES: Readonly<Record<string, string>> = { int: 'number', float: 'number', str: 'string', bool: 'boolean', None: 'void' }
const ASSIGNS = ['=', '+=', '-=', '*=']

class Python {
  /** Names that have been assigned at this level: again is no declaration. */
  #known = new Set<string>()

  constructor(readonly reader: Reader) {}

  statements(until: 'end' | 'dedent'): Statement[] {
    const made: Statement[] = []
    for (this.reader.passLines(); !this.reader.isKind(until); this.reader.passLines()) made.push(...this.#statement())
    this.reader.take()
    return made
  }

  #statement(): Statement[] {
    const { reader } = this
    const { line } = reader
    if (reader.is('from', 'import')) return this.#import(line)
    if (reader.have('def')) return [this.#def(line)]
    if (reader.have('return')) return [{ kind: 'return', value: reader.isKind('end of line') ? undefined : this.#list(), line }]
    if (reader.have('if')) return this.#if(line)
    if (reader.have('for')) return [this.#for(line)]
    if (reader.have('pass')) return []
    if (reader.have('global')) { while (!reader.isKind('end of line')) reader.take(); return [] }
    if (reader.is('class', 'while', 'try', 'with', 'async', 'yield', 'raise', 'del', 'assert', '@')) throw new Unknown(line, reader.next.text)
    return [this.#simple(line)]
  }

  #import(line: number): Statement[] {
    const words: string[] = []
    while (!this.reader.isKind('end of line') && !this.reader.isKind('end')) words.push(this.reader.take().text)
    if (words[0] === 'from' && words[1] === 'operator') return words.slice(3).filter(word => word !== ',').map(word => this.#operator(word, line))
    return []
  }

  #operator(word: string, line: number): Statement {
    const sign = { add: '+', mul: '*', sub: '-' }[word]
    if (!sign) throw new Unknown(line, `operator.${word}`)
    this.#known.add(word)
    return { kind: 'declare', names: [word], type: undefined, mutable: false, line, value: { kind: 'lambda', params: [plainParam('a', 'number'), plainParam('b', 'number')], body: { kind: 'binary', sign, left: { kind: 'name', name: 'a', line }, right: { kind: 'name', name: 'b', line } } } }
  }

  #def(line: number): Statement {
    const { reader } = this
    const name = reader.needKind('name')
    reader.need('(')
    const params = reader.list(')', () => this.#param(true))
    const result = reader.have('->') ? this.#type() : undefined
    const outer = this.#known
    this.#known = new Set(params.flatMap(({ names }) => names))
    const body = this.#block()
    this.#known = outer.add(name)
    return { kind: 'function', name, params, result, body, line }
  }

  #param(typed: boolean): Param {
    const name = this.reader.needKind('name')
    return plainParam(name, typed ? this.reader.have(':') ? this.#type() : 'any' : undefined)
  }

  #type(): string {
    const name = this.reader.take().text
    const args = this.reader.have('[') ? this.reader.list(']', () => this.#type()) : []
    if (/^(list|List|Iterable|Sequence)$/.test(name)) return `${args[0] ?? 'any'}[]`
    if (/^(tuple|Tuple)$/.test(name)) return `[${args.join(', ')}]`
    if (name === 'Optional') return `${args[0]} | undefined`
    return TYPES[name] ?? (args.length ? `${name}<${args.join(', ')}>` : name)
  }

  #block(): Statement[] {
    this.reader.need(':')
    if (!this.reader.isKind('end of line')) { const made = this.#statement(); return made }
    this.reader.passLines()
    this.reader.needKind('indent')
    return this.statements('dedent')
  }

  /** `if __name__ == "__main__":` is the program itself. */
  #if(line: number): Statement[] {
    const test = this.expression()
    const isMain = test.kind === 'binary' && test.left.kind === 'name' && test.left.name === '__name__'
    const then = this.#block()
    this.reader.passLines()
    const otherwise = this.reader.have('elif') ? this.#if(line) : this.reader.have('else') ? this.#block() : undefined
    return isMain ? then : [{ kind: 'if', test, then, otherwise, line }]
  }

  #for(line: number): Statement {
    const name = this.#target()
    this.reader.need('in')
    const of = this.expression()
    this.#known.add(name)
    return { kind: 'for', name, of, body: this.#block(), line }
  }

  #target(): string {
    const names = [this.reader.needKind('name')]
    while (this.reader.have(',')) names.push(this.reader.needKind('name'))
    return names.length === 1 ? names[0]! : `[${names.join(', ')}]`
  }

  #simple(line: number): Statement {
    const { reader } = this
    const target = this.#list()
    if (reader.have(':')) this.#type()
    const sign = ASSIGNS.find(each => reader.have(each))
    if (sign === undefined) return { kind: 'expression', value: target, line }
    const value = this.#list()
    const names = target.kind === 'name' ? [target.name] : target.kind === 'list' && target.items.every(item => item.kind === 'name') ? target.items.map(item => (item as { name: string }).name) : undefined
    if (sign !== '=' || !names || names.some(name => this.#known.has(name))) return { kind: 'assign', target, sign, value, line }
    for (const name of names) this.#known.add(name)
    return { kind: 'declare', names, type: undefined, value, mutable: true, line }
  }

  /** `a, b` is a tuple. */
  #list(): Expression {
    const first = this.expression()
    if (!this.reader.is(',')) return first
    const items = [first]
    while (this.reader.have(',')) items.push(this.expression())
    return { kind: 'list', items, isTuple: true }
  }

  expression(): Expression {
    if (this.reader.have('lambda')) return this.#lambda()
    const then = this.#binary(0)
    if (!this.reader.have('if')) return then
    const test = this.#binary(0)
    this.reader.need('else')
    return { kind: 'choice', test, then, otherwise: this.expression() }
  }

  #lambda(): Expression {
    const params = this.reader.list(':', () => this.#param(false))
    return { kind: 'lambda', params, body: this.expression() }
  }

  #binary(level: number): Expression {
    if (level === tightest) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const negated = signsOf(level).includes('in') && this.reader.is('not') && this.reader.after(1).text === 'in'
      if (negated) this.reader.take()
      const sign = signsOf(level).filter(each => each !== ':' && each !== '->').find(each => this.reader.have(each))
      if (sign === undefined) return left
      const not = sign === 'is' && this.reader.have('not')
      const found: Expression = { kind: 'binary', sign: not ? 'is not' : sign, left, right: this.#binary(level + 1) }
      left = negated ? { kind: 'unary', sign: 'not', of: found } : found
    }
  }

  #unary(): Expression {
    const sign = ['-', '+', 'not'].find(each => this.reader.have(each))
    return sign ? { kind: 'unary', sign, of: sign === 'not' ? this.#binary(2) : this.#unary() } : this.#postfix(this.#atom())
  }

  #postfix(of: Expression): Expression {
    const { reader } = this
    const { line } = reader
    if (reader.have('.')) return this.#postfix({ kind: 'member', of, name: reader.needKind('name'), line })
    if (reader.have('(')) return this.#postfix(this.#call(of, line))
    if (!reader.have('[')) return of
    const at = this.expression()
    reader.need(']')
    return this.#postfix({ kind: 'index', of, at })
  }

  #call(callee: Expression, line: number): Expression {
    return { kind: 'call', callee, ...this.reader.given(() => this.#comprehended(this.expression()), () => this.expression()), line }
  }

  #atom(): Expression {
    const { reader } = this
    const token = reader.take()
    if (token.kind === 'number') return literal(token.text.replace(/[LlfFdD]$/, ''))
    if (token.kind === 'string') return template(token.parts, 'Python', token.line, inner => new Python(inner).expression())
    if (token.kind === 'name') return CONSTANTS[token.text] ? literal(CONSTANTS[token.text]!) : { kind: 'name', name: token.text, line: token.line }
    if (token.text === '(') return this.#parenthesized()
    if (token.text === '[') {
      if (reader.have(']')) return { kind: 'list', items: [], isTuple: false }
      const first = this.#comprehended(this.expression())
      if (reader.have(']')) return first.kind === 'call' && first.line === -1 ? first : { kind: 'list', items: [first], isTuple: false }
      reader.need(',')
      return { kind: 'list', items: [first, ...reader.list(']', () => this.expression())], isTuple: false }
    }
    throw new Unknown(token.line, token.text ? `${token.text} is not expected there` : 'the line ends too early')
  }

  #parenthesized(): Expression {
    const { reader } = this
    if (reader.have(')')) return { kind: 'list', items: [], isTuple: true }
    const first = this.expression()
    if (reader.have(')')) return first
    reader.need(',')
    return { kind: 'list', items: [first, ...reader.list(')', () => this.expression())], isTuple: true }
  }

  /** `f(x) for x in xs if g(x)`: filter and map. */
  #comprehended(made: Expression): Expression {
    if (!this.reader.have('for')) return made
    const target = this.#target()
    this.reader.need('in')
    const of = this.#binary(0)
    const param: Param = target.startsWith('[') ? { names: target.slice(1, -1).split(', '), isPattern: true, type: undefined } : plainParam(target)
    const call = (on: Expression, method: string, body: Expression): Expression => ({ kind: 'call', callee: { kind: 'member', of: on, name: method, line: -1 }, args: [{ kind: 'lambda', params: [param], body }], named: {}, line: -1 })
    const kept = this.reader.have('if') ? call(of, 'filter', this.#binary(0)) : of
    return made.kind === 'name' && made.name === target ? kept : call(kept, 'map', made)
  }
}

/** A place in the tokens, and the steps that both parsers take. What does not fit is said with its line. */
import type { Expression } from './syntax.js'
import { Unknown, tokensOf, type Language, type Token } from './tokens.js'

export class Reader {
  #at = 0

  constructor(readonly tokens: readonly Token[]) {}

  get next(): Token { return this.tokens[this.#at]! }
  get line(): number { return this.next.line }
  after(count: number): Token { return this.tokens[Math.min(this.#at + count, this.tokens.length - 1)]! }

  mark(): number { return this.#at }
  back(mark: number): void { this.#at = mark }

  take(): Token { return this.tokens[Math.min(this.#at++, this.tokens.length - 1)]! }
  is(...texts: readonly string[]): boolean { return this.next.kind !== 'string' && texts.includes(this.next.text) && this.next.text !== '' }
  isKind(kind: Token['kind']): boolean { return this.next.kind === kind }
  /** Takes it if it is there. */
  have(text: string): boolean { return this.is(text) && !!this.take() }

  need(text: string): void { if (!this.have(text)) this.refuse() }
  needKind(kind: Token['kind']): string { return this.isKind(kind) ? this.take().text : this.refuse() }
  refuse(): never { throw new Unknown(this.line, this.next.kind === 'end' ? 'the program ends in the middle' : `${this.next.text || 'the end of the line'} is not expected there`) }

  passLines(): void { while (this.isKind('end of line') || this.is(';')) this.take() }

  /** `item, item` up to the closing sign, which is taken. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = []
    for (this.passLines(); !this.have(close); this.passLines()) {
      items.push(item())
      this.passLines()
      if (!this.is(close)) this.need(',')
    }
    return items
  }

  /** What a call is given, up to `)`: by place, and by `name = value`. */
  given(positional: () => Expression, value: () => Expression): { readonly args: Expression[]; readonly named: Record<string, Expression> } {
    const named: Record<string, Expression> = {}
    const args = this.list(')', () => {
      const isNamed = this.isKind('name') && this.after(1).text === '=' && this.after(1).kind === 'sign'
      if (!isNamed) return positional()
      const { text } = this.take()
      this.take()
      named[text] = value()
      return undefined
    })
    return { args: args.filter(arg => arg !== undefined), named }
  }
}

/** Signs by how tightly they bind. */
const LEVELS: readonly (readonly string[])[] = [['||', 'or'], ['&&', 'and'], ['==', '!=', 'is', 'in', '<', '>', '<=', '>='], [':'], ['+', '-'], ['*', '/', '//', '%'], ['**', '->']]

export const tightest = LEVELS.length
export const signsOf = (level: number): readonly string[] => LEVELS[level]!

/** What is put into a text is an expression of the same language. */
export function template(parts: readonly string[], language: Language, line: number, parse: (reader: Reader) => Expression): Expression {
  if (parts.length === 1) return { kind: 'text', raw: parts[0]! }
  return {
    kind: 'template', parts: parts.map((part, i) => {
      if (i % 2 === 0) return part
      try { return parse(new Reader(tokensOf(language, part))) } catch { throw new Unknown(line, `what is put into a text: ${part}`) }
    }),
  }
}

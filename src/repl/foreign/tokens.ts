/**
 * Scala and Python as tokens: names, numbers, strings with what is put into them, signs, and the ends of lines; for Python also where a
 * block begins and ends. Within brackets lines do not end, as in both languages.
 */
export type Language = 'Scala' | 'Python'

export type Token =
  | { readonly kind: 'name' | 'number' | 'sign'; readonly text: string; readonly line: number }
  /** What stands between the quotes, as it is meant; of an interpolated string text and expressions take turns. */
  | { readonly kind: 'string'; readonly text: string; readonly parts: readonly string[]; readonly line: number }
  | { readonly kind: 'end of line' | 'indent' | 'dedent' | 'end'; readonly text: ''; readonly line: number }

/** A text that this translator does not know. */
export class Unknown extends Error {
  constructor(readonly line: number, readonly what: string) { super(`line ${line}: ${what}`) }
}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy
const NUMBER = /\d[\d_]*(\.\d+)?([eE][+-]?\d+)?[LlfFdD]?/y
const SIGN = /=>|<-|->|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|\/\/|\*\*|::|[-+*/%<>=!&|^~.,:;@?()[\]{}]/y
const STRING = /([sfbruFBRU]{0,2})("""|'''|"|')/y
const SPACE = /[ \t\r]+|\\\r?\n/y
const COMMENTS: Readonly<Record<Language, RegExp>> = { Scala: /\/\/[^\n]*|\/\*[^]*?\*\//y, Python: /#[^\n]*/y }

export function tokensOf(language: Language, text: string): Token[] {
  const tokens: Token[] = []
  const indents = [0]
  let [at, line, depth] = [0, 1, 0]
  const match = (pattern: RegExp): RegExpExecArray | null => { pattern.lastIndex = at; return pattern.exec(text) }
  const pass = (found: string): void => { at += found.length; line += found.split('\n').length - 1 }
  while (at < text.length) {
    const skipped = match(SPACE) ?? match(COMMENTS[language])
    if (skipped) { pass(skipped[0]); continue }
    if (text[at] === '\n') {
      if (depth === 0) endLine(tokens, line)
      pass('\n')
      if (language === 'Python' && depth === 0) indented(tokens, indents, text.slice(at), line)
      continue
    }
    const quote = match(STRING)
    if (quote) {
      const { raw, end } = stringAt(text, at, quote, line)
      tokens.push({ kind: 'string', text: raw, parts: partsOf(raw, quote[1]!.toLowerCase(), language), line })
      pass(text.slice(at, end))
      continue
    }
    const [kind, found] = [['name', match(NAME)], ['number', match(NUMBER)], ['sign', match(SIGN)]].find(([, each]) => each) as [Token['kind'], RegExpExecArray] | undefined ?? []
    if (!kind || !found) throw new Unknown(line, `the sign ${text[at]}`)
    depth += depthOf(language, found[0])
    tokens.push({ kind, text: found[0], line } as Token)
    pass(found[0])
  }
  endLine(tokens, line)
  if (language === 'Python') for (let i = indents.length; i > 1; i--) tokens.push({ kind: 'dedent', text: '', line })
  return [...tokens, { kind: 'end', text: '', line }]
}

/** In Scala's braces lines end again; its parser knows where they do not matter. */
const depthOf = (language: Language, sign: string): number => language === 'Scala' ? 0 : '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0

function endLine(tokens: Token[], line: number): void {
  const last = tokens.at(-1)?.kind
  if (last !== undefined && last !== 'end of line' && last !== 'indent' && last !== 'dedent') tokens.push({ kind: 'end of line', text: '', line })
}

/** Blank lines and comments say nothing of blocks. */
function indented(tokens: Token[], indents: number[], rest: string, line: number): void {
  const [, blanks, next] = /^([ \t]*)([^\n]?)/.exec(rest)!
  if (next === '' || next === '#' || next === '\r') return
  const width = blanks!.replaceAll('\t', '    ').length
  if (width > indents.at(-1)!) { indents.push(width); tokens.push({ kind: 'indent', text: '', line }); return }
  while (width < indents.at(-1)!) { indents.pop(); tokens.push({ kind: 'dedent', text: '', line }) }
}

function stringAt(text: string, at: number, [opening, , quote]: RegExpExecArray, line: number): { raw: string; end: number } {
  let end = at + opening.length
  while (end < text.length && !text.startsWith(quote!, end)) end += text[end] === '\\' ? 2 : 1
  const raw = text.slice(at + opening.length, end)
  if (end >= text.length || (quote!.length === 1 && raw.includes('\n'))) throw new Unknown(line, 'a text that does not end')
  return { raw, end: end + quote!.length }
}

/** s"$x ${y}" and f"{x}": text, expression, text, …; a format (`:.2f`) is left out. */
function partsOf(raw: string, prefix: string, language: Language): readonly string[] {
  if (language === 'Scala' && (prefix === 's' || prefix === 'f')) return raw.split(/\$\{([^}]*)\}|\$(\w+)/).filter(part => part !== undefined).map((part, i) => i % 2 ? part : part.replaceAll('$$', '$'))
  if (language === 'Python' && prefix.includes('f')) return raw.split(/\{([^{}]*?)(?:![rs])?(?::[^{}]*)?\}/)
  return [raw]
}

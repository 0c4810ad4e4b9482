/**
 * Pasted text as the user means it (decisions.md 5): the prompts of shells that it was copied from are dropped, and a line that begins
 * with `.name(` continues the expression before it. Pure functions over text; whether a text is code or a command is decided here too.
 */

/** First prompts of shells: ours, spark-shell's and pyspark's. A Unix shell's `$ ` counts only where none of these is, and the text begins with it. */
const FIRST = /^\s*(?:lesson \d+\/\d+ |[\d:.]+ (?:\(\d+(?: waiting)?\) )?)?(ts>|scala>|>>>)( |$)/
const UNIX = /^\s*\$( |$)/
const CONTINUED = /^\s*(\.\.\.|\|)( |$)/

/**
 * Drops copied prompts. In a text without any, nothing changes (`|` may begin a line of code). In one that has some, a line without a
 * prompt is what the other shell had printed and is dropped too, unless the code before it is still open or it continues a chain.
 *
 * @example
 * stripPrompts('ts> const a = 1\na: number\nts> a + 1')   // 'const a = 1\na + 1'
 */
export function stripPrompts(text: string): string {
  const lines = text.split('\n')
  const first = lines.some(line => FIRST.test(line)) ? FIRST : UNIX.test(text.trimStart()) ? UNIX : undefined
  if (!first) return text
  const kept: string[] = []
  for (const line of lines) {
    const prompt = [first, CONTINUED].find(each => each.test(line))
    if (prompt) kept.push(line.replace(prompt, ''))
    else if (isFiller(line) || continuesChain(line) || isOpen(kept)) kept.push(line)
  }
  return kept.join('\n')
}

/** More brackets opened than closed: rough (a string may hold some), and only used to tell code from printed text. */
const isOpen = (lines: readonly string[]): boolean => balance(lines.join('\n')) > 0
const balance = (text: string): number => (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0)

/** `.name(`, `.name<`, `.name.` or `?.`: more of the expression before it. `.name` followed by a blank or the end is a command. */
const CHAIN = /^\s*(\?\.|\.[\p{ID_Start}$_#][\p{ID_Continue}$]*\s*(\(|<|\.|\[|`|\?|!))/u
const COMMAND = /^\s*\.([a-z][a-z-]*)(?:\s+(.*))?$/s

export const continuesChain = (line: string): boolean => CHAIN.test(line) && !COMMAND.test(line.split('\n')[0]!)

/** `.nc 9999` as its name and the rest; undefined for code. */
export function asCommand(line: string): { readonly name: string; readonly rest: string } | undefined {
  const match = COMMAND.exec(line)
  return match ? { name: match[1]!, rest: (match[2] ?? '').trim() } : undefined
}

/**
 * Joins each leading-dot line to what stands before it: for texts that arrive line by line. Blank and comment lines in between belong to
 * the chain.
 *
 * @example
 * joinChains(['words', '  .map(w => [w, 1])', '  .print()', 'ssc.start()'])   // ['words\n  .map(w => [w, 1])\n  .print()', 'ssc.start()']
 */
export function joinChains(lines: readonly string[]): string[] {
  const inputs: string[] = []
  let between: string[] = []
  for (const line of lines) {
    if (isFiller(line) && inputs.length) between.push(line)
    else if (continuesChain(line) && inputs.length) {
      inputs[inputs.length - 1] = [inputs.at(-1)!, ...between, line].join('\n')
      between = []
    } else {
      inputs.push(line)
      between = []
    }
  }
  return inputs
}

const isFiller = (line: string): boolean => /^\s*(\/\/.*)?$/.test(line)

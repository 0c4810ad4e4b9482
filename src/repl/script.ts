/**
 * Piped input and -e: a program read line by line, without prompts or colour. Each statement runs when it is complete and the
 * next line does not continue it; a failed one is reported and the rest still runs. The result tells whether all succeeded.
 */
import { commandOf } from './commands.js'
import type { Evaluation } from './evaluation.js'
import type { Session } from './session.js'
import { continuesChain, stripPrompts } from './paste.js'

// A program that comes in one piece has its next line at hand; who types into the pipe should not have to wait for long.
const NEXT_LINE_MS = 20

export async function runScript(lines: AsyncIterable<string>, { session, evaluation }: { session: Session; evaluation: Evaluation }): Promise<boolean> {
  const feed = new Lookahead(lines)
  let succeeded = true
  for (let [text] = await feed.take(1); text !== undefined; [text] = await feed.take(1)) {
    if (text.trim() === '') continue
    if (isExit(text)) break
    const input = await statement(stripPrompts(text), feed, session)
    if (!await evaluation.run(input)) succeeded = false
  }
  return succeeded
}

/** As many lines as belong together. At the end of input what is incomplete is run as well, so that it is reported. */
async function statement(first: string, feed: Lookahead, session: Pick<Session, 'completeness'>): Promise<string> {
  let text = first
  for (;;) {
    const more = await session.completeness(text) === 'incomplete' ? await oneMore(feed) : await chained(feed)
    if (more === undefined) return text
    text += `\n${stripPrompts(more)}`
  }
}

const oneMore = async (feed: Lookahead): Promise<string | undefined> => (await feed.take(1))[0]

/** The next line if it continues a chain, with the blank lines and comments before it. */
async function chained(feed: Lookahead): Promise<string | undefined> {
  for (let count = 1; ; count++) {
    const line = await feed.peek(count, NEXT_LINE_MS)
    if (line === undefined) return undefined
    if (continuesChain(stripPrompts(line))) return (await feed.take(count)).join('\n')
    if (!/^\s*(\/\/.*)?$/.test(line)) return undefined
  }
}

const isExit = (text: string): boolean => {
  try { return commandOf(text, () => false)?.command.name === '.exit' } catch { return false }
}

/** Lines with a look at those that come. */
class Lookahead {
  readonly #lines: AsyncIterator<string>
  readonly #next: Promise<IteratorResult<string>>[] = []

  constructor(lines: AsyncIterable<string>) { this.#lines = lines[Symbol.asyncIterator]() }

  /** The next `count` lines, fewer at the end. */
  async take(count: number): Promise<string[]> {
    const taken = await Promise.all(Array.from({ length: count }, () => this.#next.shift() ?? this.#lines.next()))
    return taken.flatMap(({ done, value }) => done ? [] : [value])
  }

  /** The line at that place (from 1); undefined at the end, or when it does not come within `waitMs`. */
  async peek(place: number, waitMs: number): Promise<string | undefined> {
    while (this.#next.length < place) this.#next.push(this.#lines.next())
    const late = new Promise<undefined>(resolve => { setTimeout(resolve, waitMs, undefined) })
    const result = await Promise.race([this.#next[place - 1]!, late])
    return result?.done ? undefined : result?.value
  }
}

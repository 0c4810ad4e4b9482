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
  for (let text = await feed.take(); text !== undefined; text = await feed.take()) {
    if (text.trim() === '') continue
    if (isExit(text)) break
    const input = await statement(stripPrompts(text), feed, session)
    if (await evaluation.run(input) !== true) succeeded = false
  }
  return succeeded
}

/** As many lines as belong together. At the end of input what is incomplete is run as well, so that it is reported. */
async function statement(first: string, feed: Lookahead, session: Session): Promise<string> {
  let text = first
  for (;;) {
    const complete = await session.completeness(text) !== 'incomplete'
    const next = complete ? await feed.peek(NEXT_LINE_MS) : await feed.peek()
    if (next === undefined || (complete && !continuesChain(stripPrompts(next)))) return text
    text += `\n${stripPrompts((await feed.take())!)}`
  }
}

const isExit = (text: string): boolean => {
  try { return commandOf(text, () => false)?.command.name === '.exit' } catch { return false }
}

/** Lines with a look at the next one. */
class Lookahead {
  readonly #lines: AsyncIterator<string>
  #next: Promise<IteratorResult<string>> | undefined

  constructor(lines: AsyncIterable<string>) { this.#lines = lines[Symbol.asyncIterator]() }

  async take(): Promise<string | undefined> {
    const { done, value } = await (this.#next ?? this.#lines.next())
    this.#next = undefined
    return done ? undefined : value
  }

  /** undefined at the end, or when none comes within `waitMs`. */
  async peek(waitMs?: number): Promise<string | undefined> {
    this.#next ??= this.#lines.next()
    const late = new Promise<undefined>(resolve => { if (waitMs !== undefined) setTimeout(resolve, waitMs, undefined).unref() })
    const result = await Promise.race([this.#next, late])
    return result?.done ? undefined : result?.value
  }
}

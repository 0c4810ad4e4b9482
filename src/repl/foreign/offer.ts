/** A pasted Scala or Python program is answered with its TypeScript; Enter alone then runs that, anything else lets go of it. */
import { escapeControls } from '../../core/escape.js'
import type { Look } from '../render.js'
import { translate } from './translate.js'

export class Offer {
  #text: string | undefined

  /** What to say of a text in another language; undefined when it is none. */
  answer(text: string, { colors }: Look): string | undefined {
    const made = translate(text)
    this.#text = made && 'text' in made ? made.text : undefined
    if (!made) return undefined
    if ('text' in made) return `${colors.dim(`${made.language}; in TypeScript, which Enter runs:`)}\n${escapeControls(made.text)}`
    const line = text.split('\n')[made.line - 1]?.trim() ?? ''
    return [
      `${colors.red('error')}: this is ${made.language}, and in line ${made.line} this is not known here: ${escapeControls(made.problem)}`, `    ${escapeControls(line)}`,
      `  ${colors.bold('help')}: leave that out or write it in TypeScript; nothing has run`,
    ].join('\n')
  }

  /** The text that waits for Enter. */
  take(): string | undefined {
    const text = this.#text
    this.#text = undefined
    return text
  }
}

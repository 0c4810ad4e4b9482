/** What was entered: recalled by the arrow keys, listed by `.history`, kept in the file. */
import type { History } from './history.js'
import type { Editor } from './line-editor.js'

export class Entered {
  readonly #history: History
  readonly #editor: Editor
  readonly #complain: (problem: string) => void
  /** The last one first. */
  readonly inputs: string[]

  constructor(history: History, editor: Editor, complain: (problem: string) => void) {
    this.#history = history
    this.#editor = editor
    this.#complain = complain
    this.inputs = history.load()
    editor.history = this.inputs
    if (history.problem) complain(history.problem)
  }

  add(input: string): void {
    const hadProblem = this.#history.problem !== undefined
    this.#history.add(input)
    if (this.#history.problem && !hadProblem) this.#complain(this.#history.problem)
    if (input.trim() && input !== this.inputs[0]) this.inputs.unshift(input)
    this.#editor.history = this.inputs
  }
}

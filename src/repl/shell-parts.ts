/** What a shell is put together from: the terminal side, and the session it works on once that is loaded. */
import type { StreamingContext } from '../index.js'
import type { Evaluation } from './evaluation.js'
import type { History } from './history.js'
import type { ShellFlags } from './keep/save.js'
import type { Editor } from './line-editor.js'
import type { openLineServer } from './line-server.js'
import type { Look } from './render.js'
import type { Session } from './session.js'
import type { Terminal } from './terminal.js'

export interface ShellOptions {
  readonly terminal: Terminal
  readonly editor: Editor
  readonly history: History
  readonly look: Look
  readonly keys: Keys
  /** Loads session and contexts; begun at once, awaited by the first input. */
  readonly opened: Promise<OpenedShell>
  readonly interrupt: () => boolean
  /** What stands before the prompt. */
  readonly standing?: () => string
  /** Frees the executors from a batch that has run for long; whether there was one. */
  readonly cancelBatch: () => boolean
  readonly openLineServer: typeof openLineServer
  readonly leave: () => Promise<void>
}

/** What the shell works on. */
export interface OpenedShell {
  readonly session: Session
  readonly evaluation: Evaluation
  readonly context: () => StreamingContext
  /** The one that runs. */
  readonly running: () => StreamingContext | undefined
  readonly flags: ShellFlags
  /** Ends the stream that runs and forgets the ready-made one. */
  readonly closeStreams: () => Promise<void>
}

/** Keys that can wait, and what waits among them. */
export interface Keys {
  hold(): void
  release(): void
  readonly nextLine: string | undefined
  skipLine(): void
}

/** What happens while one types: events of jobs, batches and receivers, shown through the one printer. */
import { escapeControls } from '../core/escape.js'
import type { EventBus, Events } from '../core/events.js'
import { expectationText } from '../core/expectation-text.js'
import { batchHeading, errorCard } from './error-card.js'
import type { Evaluation } from './evaluation.js'
import { PrintedBlocks } from './printed-block.js'
import type { Look } from './render.js'
import { watchSlowBatches } from './slow-batches.js'
import type { Terminal } from './terminal.js'

export interface LiveOptions {
  readonly events: EventBus
  readonly terminal: Terminal
  readonly look: Look
  readonly evaluation: Pick<Evaluation, 'known'>
  /** Of the stream that runs. */
  readonly intervalMs: () => number | undefined
  /** What the card of a batch that has just failed offers, as a line. */
  readonly offers: () => string
  /** Spark's block byte for byte, for a pipe. */
  readonly printBlock: (event: Events['printed']) => string
}

/** Shows events until the returned function is called. */
export function showLiveEvents({ events, terminal, look, evaluation, intervalMs, offers, printBlock }: LiveOptions): () => void {
  const asSpark = terminal.mode === 'script' || terminal.mode === 'transcript'
  const blocks = new PrintedBlocks(terminal, look)
  const marks = { info: look.colors.dim('·'), warn: look.colors.yellow('!'), error: look.colors.red('error:') }
  const say = (text: string, stream: 'stdout' | 'stderr'): void => { blocks.settle(); terminal.print(text, stream) }
  let [lastError, lastOffers] = ['', '']
  const ends = [
    events.on('message', ({ level, text }) => say(terminal.wrapped(`${marks[level]} ${escapeControls(text)}`), 'stderr')),
    events.on('console', ({ stream, text }) => { blocks.settle(); terminal.write(escapeControls(text), stream) }),
    events.on('printed', event => { if (asSpark) terminal.write(printBlock(event)); else blocks.printed(event) }),
    events.on('batchCompleted', ({ timeMs, error }) => {
      blocks.batchCompleted(timeMs)
      if (error == null) return
      const text = errorCard(error, look)
      const offered = terminal.mode === 'script' ? '' : offers()
      say(text === lastError && offered === lastOffers ? `${batchHeading(timeMs, look)}  the same error again` : [batchHeading(timeMs, look), text, ...offered ? [offered] : []].join('\n'), 'stderr')
      lastError = text
      lastOffers = offered
      evaluation.known(error)
    }),
    events.on('expectation', event => {
      const text = expectationText(event, state => state === 'met' ? look.colors.green('✓') : look.colors.red('✗'))
      if (text !== undefined) say(terminal.wrapped(text), 'stderr')
    }),
    events.on('streamingStopped', () => blocks.settle()),
    asSpark ? () => {} : watchSlowBatches(events, intervalMs, text => say(terminal.wrapped(`${marks.warn} ${text}`), 'stderr')),
  ]
  return () => { blocks.settle(); for (const end of ends) end() }
}

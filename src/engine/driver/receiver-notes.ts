/**
 * From what happens to a connection to what the user is told: one calm line each, however often it happens.
 *
 * An outage is said when it begins and when it is over; what fails in between stays quiet, also when a server takes the
 * connection and hangs up at once. Every failure is still an event (receiverError) for listeners.
 */
import type { EventBus } from '../../core/events.js'
import { surroundings } from '../../core/wiring.js'

interface Peer { readonly stream: number; readonly name: string; readonly host: string; readonly port: number; readonly restartDelayMs: number; readonly maxLineBytes: number; readonly silentAfterMs: number }

/** What happened to a connection. */
export type Fact =
  | { readonly kind: 'connected' }
  /** It has stood for a while, or bytes have come: an outage before it is over. */
  | { readonly kind: 'steady' }
  /** Connected, and not one byte has come for `silentAfterMs`. */
  | { readonly kind: 'silent' }
  /** No connection came about: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, … */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** The peer closed it; an error such as ECONNRESET has a code, and what of a line had come by then is dropped. */
  | { readonly kind: 'closed'; readonly code: string | undefined; readonly droppedBytes: number }
  /** The peer closed it, and that is the end (`once`). */
  | { readonly kind: 'ended' }
  /** Lines longer than `maxLineBytes` were cut: how many in all. */
  | { readonly kind: 'linesCut'; readonly lines: number }
  /** The executor that received is gone, and another one receives now. */
  | { readonly kind: 'moved' }

export class ReceiverNotes {
  #out = false
  #silenceSaid = false
  #cutSaid = false

  constructor(readonly peer: Peer, readonly events: EventBus) {}

  note(fact: Fact): void {
    switch (fact.kind) {
      case 'connected': return
      case 'steady': return this.#backAgain()
      case 'silent': return this.#silent()
      case 'failed': return this.#outage(fact.code, fact.message, whyNot(fact.code, this.peer))
      case 'closed': return this.#outage(fact.code ?? 'CLOSED', 'the connection was closed', `${this.peer.name} closed the connection${lost(fact.droppedBytes)}`)
      case 'ended': return this.#say('info', `${this.peer.name} closed the connection: its stream has ended`)
      case 'linesCut': return this.#linesCut(fact.lines)
      case 'moved': return this.#moved()
      default: return fact satisfies never
    }
  }

  #outage(code: string, message: string, text: string): void {
    const { stream, name, restartDelayMs } = this.peer
    this.events.emit('receiverError', { stream, name, code, message })
    if (!this.#out) this.#say('warn', `${text}; trying again every ${seconds(restartDelayMs)}`)
    this.#out = true
  }

  #backAgain(): void {
    if (this.#out) this.#say('info', `connected to ${this.peer.name}`)
    this.#out = false
  }

  #silent(): void {
    if (this.#silenceSaid) return
    this.#silenceSaid = true
    this.#backAgain()
    const { name, port, silentAfterMs } = this.peer
    const instead = surroundings.hasPrompt ? `; .nc ${port} feeds every client` : ''
    this.#say('info', `connected to ${name}, but nothing has come for ${seconds(silentAfterMs)}: a real nc -lk feeds only its first client, so an earlier one may be getting the lines${instead}`)
  }

  #moved(): void {
    const { stream, name } = this.peer
    this.events.emit('receiverError', { stream, name, code: 'EXECUTOR_LOST', message: 'its executor is gone' })
    this.#say('warn', `the executor that received from ${name} is gone, with what it had not stored yet; another receives now`)
  }

  #linesCut(lines: number): void {
    const { stream, name, maxLineBytes } = this.peer
    this.events.emit('receiverError', { stream, name, code: 'LINE_TOO_LONG', message: `lines cut so far: ${lines}` })
    if (!this.#cutSaid) this.#say('warn', `${name} sent a line of more than ${maxLineBytes} bytes; such lines are cut there (spark.tspark.maxLineBytes)`)
    this.#cutSaid = true
  }

  #say(level: 'info' | 'warn', text: string): void { this.events.emit('message', { level, text }) }
}

function whyNot(code: string, { name, host, port }: Peer): string {
  switch (code) {
    case 'ECONNREFUSED': return `nobody listens on ${name}: ${advice(host, port)}`
    case 'ENOTFOUND': case 'EAI_AGAIN': case 'EAI_NONAME': return `the host "${host}" is unknown (${code}): use localhost for this machine`
    default: return `cannot reach ${name} (${code})`
  }
}

function advice(host: string, port: number): string {
  if (!LOCAL.has(host)) return `start a server there, for example nc -lk ${port}`
  return `run nc -lk ${port}${surroundings.hasPrompt ? `, or type .nc ${port}` : ''}`
}

const LOCAL = new Set(['localhost', '127.0.0.1', '::1'])

const lost = (bytes: number): string => bytes > 0 ? ` in the middle of a line (${bytes} bytes of it are dropped)` : ''
const seconds = (ms: number): string => `${ms / 1000} s`

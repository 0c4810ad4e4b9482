/** From what a user's receiver says of itself to what is told: an event for listeners, a line for the user. */
import type { EventBus } from '../../core/events.js'
import type { CustomFact } from './io-protocol.js'

export class CustomReceiverNotes {
  constructor(readonly peer: { readonly stream: number; readonly name: string }, readonly events: EventBus) {}

  note(fact: CustomFact): void {
    const { stream, name } = this.peer
    const isError = fact.kind !== 'ended' || fact.failed
    if (isError) this.events.emit('receiverError', { stream, name, code: CODES[fact.kind], message: fact.message })
    this.events.emit('message', { level: isError ? 'warn' : 'info', text: `${name}: ${fact.message}${this.#then(fact)}` })
  }

  #then(fact: CustomFact): string {
    if (fact.kind === 'restarting') return `; starting again in ${fact.delayMs / 1000} s`
    return fact.kind === 'ended' ? '; it receives no more' : ''
  }
}

const CODES = { reported: 'REPORTED', restarting: 'RESTARTING', ended: 'STOPPED' } as const

/**
 * What a worker tells the driver beside rows: what accumulators gained and what functions printed, with a task that succeeded; and why a
 * task failed, inside the text that Spark carries to the driver.
 */
import type { Failure } from '../../task/failure.js'
import type { Deltas } from '../../task/guest.js'
import { nameOwnClass } from '../../task/memory.js'
import { decodeRows, encodeRows, inMemory } from '../../task/row-codec.js'

export interface Printed { readonly stream: 'stdout' | 'stderr'; readonly text: string }
export interface Update {
  readonly deltas: Deltas
  readonly printed: readonly Printed[]
  /** This worker's Node, where it is another than the driver's. */
  readonly node?: string | undefined
}

export function encodeUpdate({ deltas, printed, node }: Update): Buffer {
  const { parts } = encodeRows([[deltas, printed.map(({ stream, text }) => [stream, text]), node]], 'an accumulator', nameOwnClass)
  return Buffer.concat(parts.map(({ in: place, start, end }) => Buffer.from(place as SharedArrayBuffer, start, end - start)))
}

export function decodeUpdate(bytes: Uint8Array): Update {
  const [[deltas, printed, node]] = decodeRows({ parts: [inMemory(bytes)], records: 1, classes: [] }) as [[Deltas, [Printed['stream'], string][], string | undefined]]
  return { deltas, printed: printed.map(([stream, text]) => ({ stream, text })), node }
}

// Base64 has no character that any of the JVM's ways of quoting would change.
const MARK = /tspark-failure:([A-Za-z0-9+/=]+):/

export interface Told { readonly failure: Failure; readonly printed: readonly Printed[] }

/** For Spark's own listings the error comes first, in words. */
export const failureText = (told: Told): string => `${told.failure.at.operator}: ${told.failure.error}\ntspark-failure:${Buffer.from(JSON.stringify(told)).toString('base64')}:`

/** What a worker said, where the text of an exception holds it. */
export function toldIn(text: string): Told | undefined {
  const match = MARK.exec(text)
  return match ? JSON.parse(Buffer.from(match[1]!, 'base64').toString('utf8')) as Told : undefined
}

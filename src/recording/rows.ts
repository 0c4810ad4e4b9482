/**
 * Rows as JSON and back: data stays data, and nothing of a file is ever run. What JSON has no form for is an object with one key that begins
 * with `$`; keys of users that begin so have one `$` more. What is no data (functions, instances of classes) is its text, and does not come back.
 */
import { format } from '../core/format.js'

/** A row as JSON has it. */
export type Encoded = null | boolean | number | string | readonly Encoded[] | { readonly [key: string]: Encoded }

export function encode(value: unknown): Encoded {
  switch (typeof value) {
    case 'string': case 'boolean': return value
    case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint': return { $bigint: String(value) }
    case 'undefined': return { $undefined: true }
    case 'object': return value === null ? null : encodeObject(value)
    default: return { $text: format(value) }
  }
}

function encodeObject(value: object): Encoded {
  if (Array.isArray(value)) return Array.from(value, encode)
  if (value instanceof Date) return { $date: value.getTime() || String(value.getTime()) }
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [encode(key), encode(item)]) }
  if (value instanceof Set) return { $set: [...value].map(encode) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return { $text: format(value) }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, encode(item)]))
}

/** Whether all of it comes back. */
export const isData = (encoded: Encoded): boolean => !JSON.stringify(encoded).includes('{"$text":')

/** What only its text is left of: given as such. */
export class OnlyText { constructor(readonly text: string) {} toString(): string { return this.text } }

export function decode(encoded: Encoded): unknown {
  if (typeof encoded !== 'object' || encoded === null) return encoded
  if (Array.isArray(encoded)) return (encoded as readonly Encoded[]).map(decode)
  const entries = Object.entries(encoded)
  const [[kind, held] = ['', null]] = entries
  const form = entries.length === 1 && Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined
  return form ? form(held) : Object.fromEntries(entries.map(([key, item]) => [key.replace(/^\$\$/, '$'), decode(item)]))
}

const list = (held: Encoded): readonly Encoded[] => Array.isArray(held) ? held as readonly Encoded[] : []

const FORMS: Readonly<Record<string, (held: Encoded) => unknown>> = {
  $number: Number,
  $bigint: held => BigInt(String(held)),
  $undefined: () => undefined,
  $date: held => new Date(Number(held)),
  $map: held => new Map(list(held).map(entry => list(entry).map(decode) as [unknown, unknown])),
  $set: held => new Set(list(held).map(decode)),
  $bytes: held => Buffer.from(String(held), 'base64'),
  $text: held => new OnlyText(String(held)),
}

/** Equal rows have equal keys: keys of objects, and what Maps and Sets hold, in any order; −0 is 0. */
export const keyOf = (encoded: Encoded): string => JSON.stringify(canonical(encoded))

function canonical(encoded: Encoded): Encoded {
  if (typeof encoded !== 'object' || encoded === null) return encoded
  if (Array.isArray(encoded)) return (encoded as readonly Encoded[]).map(canonical)
  const entries = Object.entries(encoded).map(([key, item]) => [key, canonical(item)] as const)
  const [[kind, held] = ['', null]] = entries
  if (kind === '$number' && held === '-0') return 0
  if ((kind === '$map' || kind === '$set') && Array.isArray(held)) return { [kind]: held.map(item => JSON.stringify(item)).sort() }
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
}

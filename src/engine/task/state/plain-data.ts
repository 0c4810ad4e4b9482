/**
 * Keys and states that a table may hold between batches: primitives, and arrays and plain objects of them. They are copied when a
 * function gets them and when it has given them back, so that what it does to an object reaches no other key and no batch
 * that failed; and compared, so that what has not changed is not written. A copy is what encoding and decoding would give.
 *
 * All else (Maps, class instances, arrays with holes) is `EXOTIC`: such rows go the plain way.
 */
export const EXOTIC = Symbol('not plain data')

// Deeper than what people type; what is deeper, or contains itself, is told by the codec.
const MOST_DEPTH = 32

/** A copy to keep. Short of EXOTIC, nothing of it is shared with `value`. */
export function kept(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'object': return value === null ? null : keptObject(value, depth)
    case 'string': return owned(value)
    case 'function': case 'symbol': return EXOTIC
    default: return value
  }
}

/** A copy to give away, of what was kept. */
export const copied = (value: unknown): unknown => typeof value === 'object' && value !== null ? copiedObject(value) : value

/** Whether writing them would give the same bytes. `b` was kept. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  return Array.isArray(b) ? sameItems(a, b) : sameFields(a as Fields, b as Fields)
}

type Fields = Record<string, unknown>

function keptObject(value: object, depth: number): unknown {
  if (depth > MOST_DEPTH) return EXOTIC
  const prototype: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value)) return prototype === Array.prototype ? keptArray(value, depth) : EXOTIC
  return prototype === Object.prototype ? keptFields(value as Fields, depth) : EXOTIC
}

function keptArray(array: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = []
  for (let i = 0; i < array.length; i++) {
    const item = i in array ? kept(array[i], depth + 1) : EXOTIC
    if (item === EXOTIC) return EXOTIC
    copy.push(item)
  }
  return copy
}

function keptFields(fields: Fields, depth: number): unknown {
  const copy: Fields = {}
  for (const name of Object.keys(fields)) {
    const value = name === '__proto__' ? EXOTIC : kept(fields[name], depth + 1)
    if (value === EXOTIC) return EXOTIC
    copy[name] = value
  }
  return copy
}

function copiedObject(value: object): unknown {
  const copy = Array.isArray(value) ? value.slice() as unknown as Fields : { ...value } as Fields
  for (const name in copy) {
    const item = copy[name]
    if (typeof item === 'object' && item !== null) copy[name] = copiedObject(item)
  }
  return copy
}

function sameItems(a: object, b: readonly unknown[]): boolean {
  if (!Array.isArray(a) || Object.getPrototypeOf(a) !== Array.prototype || a.length !== b.length) return false
  for (let i = 0; i < b.length; i++) if (!(i in a) || !same(a[i], b[i])) return false
  return true
}

/** The order of fields counts, too. */
function sameFields(a: Fields, b: Fields): boolean {
  if (Object.getPrototypeOf(a) !== Object.prototype) return false
  const names = Object.keys(b)
  const others = Object.keys(a)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) if (names[i] !== others[i] || !same(a[names[i]!], b[names[i]!])) return false
  return true
}

// V8 makes a slice of 13 characters or more refer to the text it was cut from: a key would keep its whole chunk of rows alive.
const SLICED_FROM = 13
const owned = (text: string): string => text.length < SLICED_FROM ? text : ` ${text}`.slice(1)

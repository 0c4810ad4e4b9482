/**
 * How a record looks when it is printed or saved as text.
 *
 * An array is a tuple, `(a,b)`, at any depth and without blanks; numbers as JavaScript prints them, −0 as 0; bigint without n;
 * null and undefined as such; `Map(k -> v)`, `Set(a, b)`, a Date in ISO form; a class by its own toString; other objects on one
 * line; strings raw. Never throws: a toString that fails is named instead.
 */
export function format(value: unknown): string { return show(value, []) }

function show(value: unknown, above: readonly object[]): string {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return value.name ? `[function ${value.name}]` : '[function]'
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '0' : String(value)
  if (above.includes(value)) return '[circular]'
  try { return showObject(value, [...above, value]) } catch (error) { return `[cannot be shown: ${reason(error)}]` }
}

function showObject(value: object, above: readonly object[]): string {
  const inner = (item: unknown): string => show(item, above)
  if (Array.isArray(value)) return `(${Array.from(value, inner).join(',')})`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Map) return `Map(${[...value].map(([key, item]) => `${inner(key)} -> ${inner(item)}`).join(', ')})`
  if (value instanceof Set) return `Set(${[...value].map(inner).join(', ')})`
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return `${value.constructor.name}(${Array.from(value as unknown as ArrayLike<unknown>, inner).join(', ')})`
  if (hasOwnToString(value)) return String(value)
  const name = value.constructor?.name
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${inner(item)}`)
  return `${name && name !== 'Object' ? `${name} ` : ''}{${fields.length ? ` ${fields.join(', ')} ` : ''}}`
}

const hasOwnToString = (value: object): boolean => typeof value.toString === 'function' && value.toString !== Object.prototype.toString

function reason(error: unknown): string {
  try { return error instanceof Error ? error.message : String(error) } catch { return 'its toString fails' }
}

/** `text` cut to `limit` characters, with an ellipsis where it was longer. */
export const cut = (text: string, limit: number): string => text.length > limit ? `${text.slice(0, limit - 1)}…` : text

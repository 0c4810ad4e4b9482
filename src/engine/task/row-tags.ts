/** What the writer and the reader of rows agree on: the tag of each kind of value, and the numbers of errors and typed arrays. */
import { registerClass } from '../../core/classes.js'
import { Duration, Interval, Time } from '../../core/time.js'

// tspark's own classes have the same id in every thread.
for (const type of [Duration, Time, Interval]) registerClass(type, `tspark:${type.name}`)

export const TAGS = [
  'undefined', 'null', 'true', 'false', 'int', 'float', 'string', 'bigint', 'date', 'array', 'object', 'bare', 'map', 'set',
  'view', 'buffer', 'regexp', 'error', 'instance', 'hole', 'url',
] as const
type Tag = typeof TAGS[number]
export const TAG = Object.fromEntries(TAGS.map((name, number) => [name, number])) as Record<Tag, number>

export const ERRORS: readonly ErrorConstructor[] = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]
export type View = new (buffer: ArrayBuffer) => ArrayBufferView
export const VIEWS: readonly View[] = [
  Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array, DataView, Buffer as unknown as View,
]

/**
 * The kinds of value that can be captured, one row each: how to know it, what travels, how it is made again.
 *
 * `write` gives plain data; inner values become slots. `make` gives the value while others may still be missing, `fill` adds
 * what refers to them, so cycles close. Own properties, prototypes and frozenness are common to all kinds: capture.ts and
 * rebuild.ts see to them. The first row that fits counts; the last fits any object.
 */
import { TextDecoder, TextEncoder, types } from 'node:util'
import type { Slot } from './portable.js'

export interface Kind<V = never, D = never> {
  readonly kind: string
  readonly is: (value: object) => boolean
  /** The prototype that `make` gives by itself. */
  readonly base: (value: V) => object | null
  readonly write: (value: V, slot: WriteSlot) => unknown
  readonly make: (data: D, read: ReadSlot) => object
  readonly fill?: (value: V, data: D, read: ReadSlot) => void
  /** Own keys that are not part of the data; absent: all. */
  readonly keys?: (value: V) => readonly PropertyKey[]
}
export type WriteSlot = (value: unknown, how: 'property' | 'index' | 'entry' | 'part', name: string) => Slot
export type ReadSlot = (slot: Slot) => unknown

const row = <V, D>(kind: Kind<V, D>): Kind => kind as unknown as Kind

const isArray = row<unknown[], { length: number; items: Slot[] }>({
  kind: 'array',
  is: Array.isArray,
  base: () => Array.prototype,
  write: (value, slot) => ({
    length: value.length,
    items: itemsOf(value, slot),
  }),
  make: ({ length }) => new Array(length),
  fill: (value, { items }, read) => items.forEach((item, i) => {
    if (!isHole(item)) value[i] = read(item)
  }),
  keys: value => Object.keys(value).length === value.length && Object.getOwnPropertySymbols(value).length === 0
    ? [] : Reflect.ownKeys(value).filter(key => key !== 'length' && !isIndex(key)),
})

/** By index: a class that extends Array may iterate in its own way. */
function itemsOf(value: readonly unknown[], slot: WriteSlot): Slot[] {
  const items: Slot[] = []
  for (let i = 0; i < value.length; i++) items.push(value[i] === undefined && !Object.hasOwn(value, i) ? { odd: 'hole' } : slot(value[i], 'index', String(i)))
  return items
}

const isHole = (slot: Slot): boolean => typeof slot === 'object' && slot !== null && 'odd' in slot && slot.odd === 'hole'
const isIndex = (key: PropertyKey): boolean => typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key)

const isMap = row<Map<unknown, unknown>, Slot[]>({
  kind: 'map',
  is: types.isMap,
  base: () => Map.prototype,
  write: (value, slot) => {
    const entries: Slot[] = []
    Map.prototype.forEach.call(value, (item, key) => {
      entries.push(slot(key, 'part', 'a key'), slot(item, 'entry', typeof key === 'string' ? JSON.stringify(key) : typeof key === 'number' ? String(key) : '…'))
    })
    return entries
  },
  make: () => new Map(),
  fill: (value, entries, read) => {
    for (let i = 0; i < entries.length; i += 2) Map.prototype.set.call(value, read(entries[i]!), read(entries[i + 1]!))
  },
})

const isSet = row<Set<unknown>, Slot[]>({
  kind: 'set',
  is: types.isSet,
  base: () => Set.prototype,
  write: (value, slot) => {
    const items: Slot[] = []
    Set.prototype.forEach.call(value, item => { items.push(slot(item, 'part', 'an element')) })
    return items
  },
  make: () => new Set(),
  fill: (value, items, read) => { for (const item of items) Set.prototype.add.call(value, read(item)) },
})

const isDate = row<Date, Slot>({
  kind: 'date',
  is: types.isDate,
  base: () => Date.prototype,
  write: (value, slot) => slot(Date.prototype.getTime.call(value), 'part', 'time'),
  make: (ms, read) => new Date(read(ms) as number),
})

const isRegExp = row<RegExp, { source: string; flags: string; lastIndex: number }>({
  kind: 'regexp',
  is: types.isRegExp,
  base: () => RegExp.prototype,
  write: ({ source, flags, lastIndex }) => ({ source, flags, lastIndex }),
  make: ({ source, flags, lastIndex }) => Object.assign(new RegExp(source, flags), { lastIndex }),
  keys: value => Reflect.ownKeys(value).filter(key => key !== 'lastIndex'),
})

const ERRORS = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError', 'Error'] as const
type ErrorName = typeof ERRORS[number]
const errorBase = (value: Error): ErrorName => ERRORS.find(name => value instanceof globalThis[name]) ?? 'Error'

const isError = row<Error, { type: ErrorName; stack: string | null }>({
  kind: 'error',
  is: value => types.isNativeError(value),
  base: value => globalThis[errorBase(value)].prototype,
  write: value => ({ type: errorBase(value), stack: typeof value.stack === 'string' ? value.stack : null }),
  make: ({ type, stack }) => {
    const error: Error = type === 'AggregateError' ? new AggregateError([]) : new globalThis[type]()
    for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key)
    return Object.defineProperty(error, 'stack', { value: stack ?? undefined, writable: true, configurable: true })
  },
  keys: value => Reflect.ownKeys(value).filter(key => key !== 'stack'),
})

/** Bytes are copied when they are captured: what the program does to them later is not seen. */
const isArrayBuffer = row<ArrayBuffer, ArrayBuffer>({
  kind: 'arrayBuffer',
  is: types.isArrayBuffer,
  base: () => ArrayBuffer.prototype,
  write: value => value.slice(0),
  make: bytes => bytes.slice(0),
})

/** Memory that threads share stays shared. */
const isSharedBuffer = row<SharedArrayBuffer, SharedArrayBuffer>({
  kind: 'sharedArrayBuffer',
  is: types.isSharedArrayBuffer,
  base: () => SharedArrayBuffer.prototype,
  write: value => value,
  make: shared => shared,
})

/** A small Buffer is cut from a pool that holds other Buffers too; only its own bytes travel. */
const isPooled = (view: ArrayBufferView): boolean => Buffer.isBuffer(view) && view.buffer.byteLength === Buffer.poolSize && view.byteLength < Buffer.poolSize
const viewType = (view: ArrayBufferView): string => Buffer.isBuffer(view) ? 'Buffer' : (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]
type ViewClass = new (buffer: unknown, offset: number, length?: number) => object

const isView = row<ArrayBufferView & { readonly length?: number }, { type: string; buffer: Slot; offset: number; length: number }>({
  kind: 'view',
  is: ArrayBuffer.isView,
  base: value => (globalThis as never as Record<string, { prototype: object }>)[viewType(value)]!.prototype,
  write: (value, slot) => isPooled(value)
    ? { type: 'Buffer', buffer: slot(new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer, 'part', 'its bytes'), offset: 0, length: value.byteLength }
    : { type: viewType(value), buffer: slot(value.buffer, 'part', 'its bytes'), offset: value.byteOffset, length: value.length ?? value.byteLength },
  make: ({ type, buffer, offset, length }, read) => type === 'Buffer'
    ? Buffer.from(read(buffer) as ArrayBuffer, offset, length)
    : new (globalThis as never as Record<string, ViewClass>)[type]!(read(buffer), offset, length),
  keys: value => Object.keys(value).length === (value.length ?? 0) ? [] : Reflect.ownKeys(value).filter(key => !isIndex(key)),
})

const isBoxed = row<object, Slot>({
  kind: 'boxed',
  is: types.isBoxedPrimitive,
  base: value => Object.getPrototypeOf(Object(value.valueOf())) as object,
  write: (value, slot) => slot(value.valueOf(), 'part', 'its value'),
  make: (value, read) => Object(read(value)) as object,
  keys: value => Reflect.ownKeys(value).filter(key => key !== 'length' && !isIndex(key)),
})

const isUrl = row<URL, string>({
  kind: 'url', is: value => value instanceof URL, base: () => URL.prototype,
  write: value => value.href, make: href => new URL(href), keys: () => [],
})
const isSearch = row<URLSearchParams, string>({
  kind: 'urlSearchParams', is: value => value instanceof URLSearchParams, base: () => URLSearchParams.prototype,
  write: value => value.toString(), make: text => new URLSearchParams(text), keys: () => [],
})
const isEncoder = row<TextEncoder, null>({
  kind: 'textEncoder', is: value => value instanceof TextEncoder, base: () => TextEncoder.prototype,
  write: () => null, make: () => new TextEncoder(), keys: () => [],
})
const isDecoder = row<TextDecoder, { encoding: string; fatal: boolean; ignoreBOM: boolean }>({
  kind: 'textDecoder', is: value => value instanceof TextDecoder, base: () => TextDecoder.prototype,
  write: ({ encoding, fatal, ignoreBOM }) => ({ encoding, fatal, ignoreBOM }),
  make: ({ encoding, ...options }) => new TextDecoder(encoding, options), keys: () => [],
})

/** Formatters are made again from what they resolved to, so an executor's own locale does not matter. */
type IntlClass = (new (locale: string, options: object) => object) & { prototype: object }
const INTL = Intl as unknown as Record<string, IntlClass>
const INTL_NAMES = ['DateTimeFormat', 'NumberFormat', 'Collator', 'PluralRules', 'RelativeTimeFormat', 'ListFormat', 'Segmenter', 'DisplayNames', 'DurationFormat']
const intlName = (value: object): string | undefined => INTL_NAMES.find(name => INTL[name] && value instanceof INTL[name])

const isIntl = row<object & { resolvedOptions(): { locale: string } }, { type: string; options: { locale: string } }>({
  kind: 'intl',
  is: value => intlName(value) !== undefined,
  base: value => INTL[intlName(value)!]!.prototype,
  write: value => ({ type: intlName(value)!, options: { ...value.resolvedOptions() } }),
  make: ({ type, options }) => new INTL[type]!(options.locale, options),
})
const isLocale = row<Intl.Locale, string>({
  kind: 'locale', is: value => value instanceof Intl.Locale, base: () => Intl.Locale.prototype,
  write: value => value.toString(), make: tag => new Intl.Locale(tag),
})

const isObject = row<object, null>({
  kind: 'object', is: () => true, base: () => Object.prototype,
  write: () => null, make: () => ({}),
})

const KINDS: readonly Kind[] = [
  isArray, isMap, isSet, isDate, isRegExp, isError, isArrayBuffer, isSharedBuffer, isView, isBoxed, isUrl, isSearch, isEncoder, isDecoder,
  isIntl, isLocale, isObject,
]

const byName = new Map(KINDS.map(kind => [kind.kind, kind]))

export const kindOf = (value: object): Kind => KINDS.find(({ is }) => is(value))!
export const kindNamed = (name: string): Kind | undefined => byName.get(name)
export const PLAIN = isObject

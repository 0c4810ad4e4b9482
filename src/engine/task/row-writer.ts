/**
 * Any value a row may hold → tag and content. Plain data of every kind keeps its kind; an instance of a class travels as the
 * class's id and its fields. What cannot travel (functions, promises, symbols, private fields, cycles) is refused by name,
 * never flattened.
 */
import { SparkError } from '../../core/errors.js'
import type { ByteWriter } from './byte-writer.js'
import { hasPrivateFields, isNative, type Class } from './row-classes.js'
import { ERRORS, TAG, VIEWS } from './row-tags.js'

/** How the classes of rows are named (core/classes.ts); the driver ships a class that nobody knows yet, an executor refuses. */
export type NameClass = (type: Class) => string

export interface WriteContext {
  readonly out: ByteWriter
  /** The chunk's strings, one after another, and their total length. */
  texts: string[]
  chars: number
  depth: number
  readonly classes: Set<string>
  readonly nameClass: NameClass
  readonly operator: string
}

// A cycle looks like endless depth: rows are data, not graphs.
const MAX_DEPTH = 1000

export function writeValue(context: WriteContext, value: unknown): void {
  const { out } = context
  switch (typeof value) {
    case 'string': out.u8(TAG.string); return writeText(context, value)
    case 'number': return writeNumber(out, value)
    case 'boolean': return out.u8(value ? TAG.true : TAG.false)
    case 'undefined': return out.u8(TAG.undefined)
    case 'bigint': out.u8(TAG.bigint); return writeText(context, String(value))
    case 'object': return value === null ? out.u8(TAG.null) : writeObject(context, value)
    default: throw unsupported(context, `a ${typeof value}`)
  }
}

function writeNumber(out: ByteWriter, value: number): void {
  if ((value | 0) === value && !Object.is(value, -0)) {
    out.u8(TAG.int)
    out.varint(((value << 1) ^ (value >> 31)) >>> 0) // zigzag
  } else {
    out.u8(TAG.float)
    out.f64(value)
  }
}

function writeText(context: WriteContext, text: string): void {
  context.out.varint(text.length)
  context.chars += text.length
  context.texts.push(text)
}

function writeObject(context: WriteContext, value: object): void {
  if (context.depth++ > MAX_DEPTH) throw unsupported(context, 'a value that contains itself, or is nested over 1000 levels deep')
  const write = WRITERS.find(([is]) => is(value))
  if (!write) throw unsupported(context, kindName(value))
  write[1](context, value as never)
  context.depth--
}

const prototypeIs = (prototype: object | null) => (value: object): boolean => Object.getPrototypeOf(value) === prototype

/** Which objects travel, most frequent first; a subclass is never taken for its base. */
const WRITERS: readonly (readonly [(value: object) => boolean, (context: WriteContext, value: never) => void])[] = [
  [value => Array.isArray(value) && prototypeIs(Array.prototype)(value), writeArray],
  [prototypeIs(Object.prototype), (context, value: object) => { context.out.u8(TAG.object); writeFields(context, value) }],
  [prototypeIs(Date.prototype), ({ out }, value: Date) => { out.u8(TAG.date); out.f64(value.getTime()) }],
  [prototypeIs(Map.prototype), writeMap],
  [prototypeIs(Set.prototype), writeSet],
  [prototypeIs(null), (context, value: object) => { context.out.u8(TAG.bare); writeFields(context, value) }],
  [value => ArrayBuffer.isView(value) && VIEWS.some(type => prototypeIs(type.prototype)(value)), writeView],
  [prototypeIs(ArrayBuffer.prototype), writeBuffer],
  [prototypeIs(RegExp.prototype), writeRegExp],
  [prototypeIs(URL.prototype), (context, value: URL) => { context.out.u8(TAG.url); writeText(context, value.href) }],
  [value => ERRORS.some(type => prototypeIs(type.prototype)(value)), writeError],
  [isInstance, writeInstance],
]

function writeArray(context: WriteContext, value: readonly unknown[]): void {
  context.out.u8(TAG.array)
  context.out.varint(value.length)
  for (let i = 0; i < value.length; i++) {
    const item = value[i]
    if (item === undefined && !(i in value)) context.out.u8(TAG.hole)
    else writeValue(context, item)
  }
}

function writeFields(context: WriteContext, value: object): void {
  const names = Object.keys(value)
  context.out.varint(names.length)
  for (const name of names) {
    writeText(context, name)
    writeValue(context, (value as Record<string, unknown>)[name])
  }
}

function writeMap(context: WriteContext, map: ReadonlyMap<unknown, unknown>): void {
  context.out.u8(TAG.map)
  context.out.varint(map.size)
  for (const [key, value] of map) {
    writeValue(context, key)
    writeValue(context, value)
  }
}

function writeSet(context: WriteContext, set: ReadonlySet<unknown>): void {
  context.out.u8(TAG.set)
  context.out.varint(set.size)
  for (const value of set) writeValue(context, value)
}

function writeView({ out }: WriteContext, view: ArrayBufferView): void {
  out.u8(TAG.view)
  out.u8(VIEWS.findIndex(type => prototypeIs(type.prototype)(view)))
  out.varint(view.byteLength)
  out.raw(view)
}

function writeBuffer({ out }: WriteContext, buffer: ArrayBuffer): void {
  out.u8(TAG.buffer)
  out.varint(buffer.byteLength)
  out.raw(new Uint8Array(buffer))
}

function writeRegExp(context: WriteContext, value: RegExp): void {
  context.out.u8(TAG.regexp)
  for (const text of [value.source, value.flags]) writeText(context, text)
  context.out.varint(value.lastIndex)
}

function writeError(context: WriteContext, error: Error): void {
  context.out.u8(TAG.error)
  context.out.u8(ERRORS.findIndex(type => prototypeIs(type.prototype)(error)))
  for (const text of [String(error.message), String(error.stack ?? '')]) writeText(context, text)
  writeValue(context, error.cause)
  writeFields(context, error)
}

const classOf = (value: object): unknown => (Object.getPrototypeOf(value) as { constructor?: unknown } | null)?.constructor

/** An instance of a class written in JavaScript whose state is all in its fields. */
function isInstance(value: object): boolean {
  const type = classOf(value)
  return typeof type === 'function' && prototypeIs(type.prototype as object)(value) && !isNative(type as Class) && !Array.isArray(value)
}

function writeInstance(context: WriteContext, value: object): void {
  const type = classOf(value) as Class
  if (hasPrivateFields(type)) throw unsupported(context, `an instance of ${type.name}, whose private fields (#…) cannot be read from outside`)
  const id = context.nameClass(type)
  context.classes.add(id)
  context.out.u8(TAG.instance)
  writeText(context, id)
  writeFields(context, value)
}

function kindName(value: object): string {
  const type = classOf(value)
  const name = typeof type === 'function' && type.name ? type.name : Object.prototype.toString.call(value).slice(8, -1)
  return `a ${name}`
}

const unsupported = ({ operator }: WriteContext, what: string): SparkError => new SparkError('ROW_UNSUPPORTED', { operator, what })

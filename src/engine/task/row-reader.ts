/** Tag and content → the value that row-writer.ts wrote. Makes plain data and instances of known classes; calls nothing of theirs. */
import { classById } from '../../core/classes.js'
import { SparkError } from '../../core/errors.js'
import type { ByteReader } from './byte-writer.js'
import { ERRORS, TAG, TAGS, VIEWS, type View } from './row-tags.js'

export interface ReadContext { readonly reader: ByteReader; readonly text: string; at: number }

export function readValue(context: ReadContext): unknown {
  const { reader } = context
  const tag = TAGS[reader.u8()]!
  switch (tag) {
    case 'undefined': case 'hole': return undefined
    case 'null': return null
    case 'true': return true
    case 'false': return false
    case 'int': return unzigzag(reader.varint())
    case 'float': return reader.f64()
    case 'string': return readText(context)
    case 'bigint': return BigInt(readText(context))
    case 'date': return new Date(reader.f64())
    case 'array': return readArray(context)
    case 'object': return readFields(context, {})
    case 'bare': return readFields(context, Object.create(null) as object)
    case 'map': return new Map(times(reader.varint(), () => [readValue(context), readValue(context)] as const))
    case 'set': return new Set(times(reader.varint(), () => readValue(context)))
    case 'view': return readView(reader)
    case 'buffer': return reader.raw(reader.varint()).buffer
    case 'regexp': return readRegExp(context)
    case 'error': return readError(context)
    case 'instance': return readInstance(context)
    case 'url': return new URL(readText(context))
    default: return tag satisfies never
  }
}

const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1)
const readText = (context: ReadContext): string => context.text.slice(context.at, context.at += context.reader.varint())

function times<T>(count: number, read: () => T): T[] {
  const result: T[] = []
  for (let i = 0; i < count; i++) result.push(read())
  return result
}

function readArray(context: ReadContext): unknown[] {
  const { reader } = context
  const length = reader.varint()
  const array: unknown[] = []
  for (let i = 0; i < length; i++) {
    if (reader.bytes[reader.at] === TAG.hole) reader.at++
    else array[i] = readValue(context)
  }
  array.length = length
  return array
}

function readFields(context: ReadContext, target: object): object {
  for (let left = context.reader.varint(); left > 0; left--) {
    const name = readText(context)
    const value = readValue(context)
    if (name === '__proto__') Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
    else (target as Record<string, unknown>)[name] = value
  }
  return target
}

function readView(reader: ByteReader): ArrayBufferView {
  const type = VIEWS[reader.u8()]!
  const { buffer } = reader.raw(reader.varint())
  return type === Buffer as unknown as View ? Buffer.from(buffer) : new type(buffer as ArrayBuffer)
}

function readRegExp(context: ReadContext): RegExp {
  const regexp = new RegExp(readText(context), readText(context))
  regexp.lastIndex = context.reader.varint()
  return regexp
}

function readError(context: ReadContext): Error {
  const type = ERRORS[context.reader.u8()]!
  const [message, stack] = [readText(context), readText(context)]
  const cause = readValue(context)
  const error = new type(message, cause === undefined ? undefined : { cause })
  Object.defineProperty(error, 'stack', { value: stack, writable: true, enumerable: false, configurable: true })
  return readFields(context, error) as Error
}

function readInstance(context: ReadContext): object {
  const id = readText(context)
  const type = classById(id)
  if (!type) throw new SparkError('ROW_CLASS_UNKNOWN', { class: id.replace(/#\d+$/, '') })
  return readFields(context, Object.create(type.prototype as object) as object)
}

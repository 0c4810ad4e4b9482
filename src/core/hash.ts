/**
 * One definition of key equality and of the partition hash, for every thread, process and engine.
 *
 * Keys are equal by structure: −0 equals 0, NaN equals NaN; 1, 1n and "1" differ; null and undefined differ; a Date differs
 * from its number; object keys are sorted; typed arrays compare by type and bytes. Maps, Sets, functions and class instances
 * are refused. Strings, numbers and the other primitives are their own Map keys (a JavaScript Map already joins NaN with NaN
 * and −0 with 0); only structured keys pay for an encoding.
 *
 * The hash of a string is over its UTF-8 bytes (a lone surrogate as its three-byte form), so that kernels over raw bytes place
 * a word in the same partition as those over strings. It is fixed and unseeded: FNV-1a, then murmur3's finalizer.
 */
import { SparkError } from './errors.js'

/** A key as a JavaScript Map finds it: equal keys give the same primitive. */
export type MapKey = string | number | bigint | boolean | null | undefined

// No user's string is likely to start with it; one that does is escaped by doubling.
const STRUCTURED = '\u0000'

export function mapKey(key: unknown): MapKey {
  switch (typeof key) {
    case 'string': return key.charCodeAt(0) === 0 ? STRUCTURED + STRUCTURED + key : key
    case 'object': return key === null ? null : STRUCTURED + encode(key)
    case 'function': throw unsupported('a function')
    case 'symbol': throw unsupported('a symbol')
    default: return key as MapKey
  }
}

export const keysEqual = (a: unknown, b: unknown): boolean => Object.is(normal(mapKey(a)), normal(mapKey(b)))

const normal = (key: MapKey): MapKey => key === 0 ? 0 : key

/** 32-bit hash, equal for equal keys, non-negative. */
export function hashKey(key: unknown): number {
  if (typeof key === 'string') return finish(hashText(key, FNV_OFFSET))
  if (typeof key === 'number') return hashNumber(key)
  if (typeof key === 'object' && key !== null) return finish(hashText(encode(key), FNV_OFFSET ^ 1))
  if (typeof key === 'function' || typeof key === 'symbol') throw unsupported(`a ${typeof key}`)
  return finish(hashText(encode(key), FNV_OFFSET ^ 1))
}

/**
 * 32 bits more, independent of hashKey's and equal for equal keys, for who needs 64. Slower: it writes a number as text.
 * No partition depends on it.
 */
export function hashKeyAgain(key: unknown): number {
  const text = typeof key === 'string' ? key : encode(key)
  let hash = typeof key === 'string' ? 0 : 1
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i))
  return finish(hash)
}

/** A step of murmur3, which FNV's multiplication has nothing to do with. */
function mixed(hash: number, unit: number): number {
  const k = Math.imul(unit + 1, 0xcc9e2d51)
  const h = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64 | 0
}

const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

function hashText(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) hash = Math.imul(hash ^ unit, FNV_PRIME)
    else if (unit < 0x800) hash = bytes2(hash, unit)
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) hash = bytes4(hash, unit, text.charCodeAt(++i))
    else hash = bytes3(hash, unit)
  }
  return hash
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000
const step = (hash: number, byte: number): number => Math.imul(hash ^ byte, FNV_PRIME)
const tail = (hash: number, point: number, shift: number): number => step(hash, 0x80 | ((point >> shift) & 0x3f))
const bytes2 = (hash: number, unit: number): number => tail(step(hash, 0xc0 | (unit >> 6)), unit, 0)
const bytes3 = (hash: number, unit: number): number => tail(tail(step(hash, 0xe0 | (unit >> 12)), unit, 6), unit, 0)
function bytes4(hash: number, high: number, low: number): number {
  const point = 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
  return tail(tail(tail(step(hash, 0xf0 | (point >> 18)), point, 12), point, 6), point, 0)
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

function hashNumber(value: number): number {
  const int = value | 0
  if (int === value) return finish(int ^ 0x2545f491) // −0 | 0 is 0
  float[0] = value !== value ? NaN : value
  return finish(Math.imul(words[0]!, FNV_PRIME) ^ words[1]!)
}

/** murmur3's fmix32: spreads nearby keys over all partitions. */
function finish(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Type tag and content; lengths go before texts, so that no two different keys share an encoding. */
function encode(value: unknown): string {
  switch (typeof value) {
    case 'string': return `s${value.length}:${value}`
    case 'number': return `n${value === 0 ? '0' : String(value)};`
    case 'bigint': return `i${value};`
    case 'boolean': return value ? 't' : 'f'
    case 'undefined': return 'u'
    case 'object': return value === null ? 'z' : encodeObject(value)
    default: throw unsupported(`a ${typeof value}`)
  }
}

function encodeObject(value: object): string {
  if (Array.isArray(value)) return `[${value.length}:${value.map(encode).join('')}`
  if (value instanceof Date) return `d${value.getTime()};`
  if (ArrayBuffer.isView(value)) return encodeView(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw unsupported(describe(value))
  const names = Object.keys(value).sort()
  return `{${names.length}:${names.map(name => encode(name) + encode((value as Record<string, unknown>)[name])).join('')}`
}

function encodeView(view: ArrayBufferView): string {
  const name = Buffer.isBuffer(view) ? 'Uint8Array' : view.constructor.name // a Buffer is its bytes
  return `b${name}:${view.byteLength}:${Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('latin1')}`
}

const describe = (value: object): string => `a ${value.constructor?.name ?? 'class instance'}`
const unsupported = (what: string): SparkError => new SparkError('KEY_UNSUPPORTED', { what })

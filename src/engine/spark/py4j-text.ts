/**
 * Py4J's text protocol: values and commands ↔ lines. A command is a few lines, the last of them `e`; an answer is one line.
 *
 * Pure text: connections, threads and what the calls mean are others'. After py4j 0.10.9's protocol.py; byte fixtures in the tests.
 */

/** An object of the JVM, by the name under which the gateway keeps it until it is released. */
export class JavaRef {
  constructor(readonly id: string) {}
}

/** A number that goes as a Java long or double, whatever its size. */
export class Long { constructor(readonly value: number | bigint) {} }
export class Double { constructor(readonly value: number) {} }

/** An object of ours that implements Java interfaces: the JVM calls it back by its id. */
export class Proxy { constructor(readonly id: string, readonly interfaces: readonly string[]) {} }

export type JavaValue = null | boolean | number | bigint | string | Uint8Array | JavaRef
export type JavaArgument = JavaValue | Long | Double | Proxy

/** What the JVM answered when it did not answer with a value. */
export type Refusal = { readonly exception: JavaRef } | { readonly problem: string }
export type Answer = { readonly value: JavaValue } | Refusal

const escape = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\r/g, '\\r').replace(/\n/g, '\\n')
const unescape = (text: string): string => text.replace(/\\(.)/gs, (_, c: string) => c === 'n' ? '\n' : c === 'r' ? '\r' : c)

// — commands —————————————————————————————————————————————————————————————————————————————————————————————————————————————

const command = (lines: readonly string[], args: readonly JavaArgument[] = []): string => [...lines, ...args.map(encode), 'e', ''].join('\n')

export const authentication = (secret: string): string => `A\n${secret}\n`
export const methodCall = (target: string, method: string, args: readonly JavaArgument[]): string => command(['c', target, method], args)
export const construction = (className: string, args: readonly JavaArgument[]): string => command(['i', className], args)
export const elementOf = (array: JavaRef, index: number): string => command(['a', 'g', array.id], [index])
export const releaseOf = (ref: JavaRef): string => command(['m', 'd', ref.id])
export const textOfException = (exception: JavaRef): string => command(['p'], [exception])
/** The object that holds a class's static methods. */
export const staticOf = (className: string): string => `z:${className}`

/** One argument as a line: its kind is the first character. */
export function encode(value: JavaArgument): string {
  switch (typeof value) {
    case 'boolean': return `b${value ? 'True' : 'False'}`
    case 'number': return Number.isSafeInteger(value) ? `${(value | 0) === value ? 'i' : 'L'}${value}` : `d${value}`
    case 'bigint': return `L${value}`
    case 'string': return `s${escape(value)}`
    default: return encodeObject(value)
  }
}

function encodeObject(value: Exclude<JavaArgument, boolean | number | bigint | string>): string {
  if (value === null) return 'n'
  if (value instanceof JavaRef) return `r${value.id}`
  if (value instanceof Long) return `L${value.value}`
  if (value instanceof Double) return `d${value.value}`
  if (value instanceof Proxy) return `f${[value.id, ...value.interfaces].join(';')}`
  return `j${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`
}

// — answers ——————————————————————————————————————————————————————————————————————————————————————————————————————————————

/** A line that the JVM answered: `!y` and a value, `!xr` and an exception, or a problem of the protocol itself. */
export function readAnswer(line: string): Answer {
  if (line.startsWith('!y')) return { value: decode(line.slice(2)) }
  if (line.startsWith('!xr')) return { exception: new JavaRef(line.slice(3)) }
  return { problem: unescape(line.replace(/^!x?s?/, '')) || 'no reason given' }
}

/** One value, as it stands in answers and in the arguments of callbacks. */
export function decode(text: string): JavaValue {
  const rest = text.slice(1)
  switch (text[0]) {
    case undefined: case 'v': case 'n': return null
    case 'b': return rest.toLowerCase() === 'true'
    case 'i': case 'd': return Number(rest)
    case 'L': return Number.isSafeInteger(Number(rest)) ? Number(rest) : BigInt(rest)
    case 's': case 'D': return unescape(rest)
    case 'j': return Buffer.from(rest, 'base64')
    case 'r': case 'l': case 'a': case 't': case 'h': case 'g': return new JavaRef(rest)
    default: throw new Error(`an answer of the JVM that is unknown: ${text.slice(0, 40)}`)
  }
}

/** How we answer a callback. */
export const answerWith = (value: JavaArgument): string => value === null ? '!yv\n' : `!y${encode(value)}\n`
export const answerProblem = (text: string): string => `!xs${escape(text)}\n`

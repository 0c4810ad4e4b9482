/**
 * Where an instance's classes come from. A user's classes can be sent along and the instance made again without running a
 * constructor; a `#private` member cannot, nor what Node keeps in a socket, a server or a timer.
 */
import { Obstacle } from './refusal.js'
import { factsOf, isNative, sourceText } from './function-facts.js'

/** @throws Obstacle when some class of `value`, between itself and `base`, is one that only its constructor can make. */
export function checkAncestry(value: object, base: object | null): void {
  for (let prototype = Object.getPrototypeOf(value) as object | null; prototype && prototype !== base; prototype = Object.getPrototypeOf(prototype) as object | null) {
    const type = classOf(prototype)
    if (type) checkClass(value, type)
  }
}

/** The class or constructor function that `prototype` belongs to. */
export function classOf(prototype: object): Function | undefined {
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof type === 'function' && Object.getOwnPropertyDescriptor(type, 'prototype')?.value === prototype ? type : undefined
}

function checkClass(value: object, type: Function): void {
  if (type === Object) return
  if (isNative(sourceText(type))) throw new Obstacle('CLOSURE_CAPTURES_NODE_OBJECT', { what: a(type.name) })
  const { syntax, location } = factsOf(type)
  if (location?.url.startsWith('node:')) throw new Obstacle(isResource(value) ? 'CLOSURE_CAPTURES_RESOURCE' : 'CLOSURE_CAPTURES_NODE_OBJECT', { what: a(type.name) })
  if (syntax.privateMember) throw new Obstacle('CLOSURE_CAPTURES_PRIVATE', { type: type.name, member: syntax.privateMember })
}

/** Streams, sockets and servers can all be ended or closed; so can workers, watchers, ports and file handles. */
const ENDS = ['close', 'destroy', 'end', 'terminate', 'kill', 'unref']
const isResource = (value: object): boolean => ENDS.some(name => {
  for (let at: object | null = value; at; at = Object.getPrototypeOf(at) as object | null)
    if (typeof Object.getOwnPropertyDescriptor(at, name)?.value === 'function') return true
  return false
})

const a = (name: string): string => name ? `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}` : 'an object'

/**
 * What can never travel, one row each, looked at before anything of the value is read. Kinds that Node itself makes (sockets,
 * servers, timers) are found by where their class comes from: ancestry.ts.
 */
import { types } from 'node:util'
import { driverOnlyName } from '../core/brand.js'
import type { ErrorCode } from '../core/errors.js'
import { Obstacle } from './refusal.js'

interface Guard { readonly is: (value: object) => boolean; readonly code: ErrorCode; readonly what: (value: object) => string }

const named = (name: string) => (): string => name

const GUARDS: readonly Guard[] = [
  { is: types.isProxy, code: 'CLOSURE_CAPTURES_PROXY', what: named('a Proxy') }, // first: anything else would run its traps
  { is: value => /Context$/.test(driverOnlyName(value) ?? ''), code: 'CLOSURE_CAPTURES_CONTEXT', what: value => `a ${driverOnlyName(value)}` },
  { is: value => /RDD$/.test(driverOnlyName(value) ?? ''), code: 'CLOSURE_CAPTURES_RDD', what: value => `an ${driverOnlyName(value)}` },
  { is: value => driverOnlyName(value) !== undefined, code: 'CLOSURE_CAPTURES_DSTREAM', what: value => `a ${driverOnlyName(value)}` },
  { is: types.isPromise, code: 'CLOSURE_CAPTURES_PROMISE', what: named('a promise') },
  { is: types.isWeakMap, code: 'CLOSURE_CAPTURES_WEAK', what: named('a WeakMap') },
  { is: types.isWeakSet, code: 'CLOSURE_CAPTURES_WEAK', what: named('a WeakSet') },
  { is: value => value instanceof WeakRef, code: 'CLOSURE_CAPTURES_WEAK', what: named('a WeakRef') },
  { is: value => value instanceof FinalizationRegistry, code: 'CLOSURE_CAPTURES_WEAK', what: named('a FinalizationRegistry') },
  { is: types.isGeneratorObject, code: 'CLOSURE_CAPTURES_GENERATOR', what: named('a generator that is under way') },
  { is: isIterator, code: 'CLOSURE_CAPTURES_GENERATOR', what: named('an iterator that is under way') },
  { is: types.isArgumentsObject, code: 'CLOSURE_CAPTURES_ARGUMENTS', what: named('an arguments object') },
]

export function guard(value: object): void {
  for (const { is, code, what } of GUARDS) if (is(value)) throw new Obstacle(code, { what: what(value) })
}

/** Iterators of arrays, strings, Maps, Sets, matches and segments: all inherit from %IteratorPrototype% and are built in. */
const ITERATOR_PROTOTYPE: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()) as object) as object

function isIterator(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype !== null && Object.getPrototypeOf(prototype) === ITERATOR_PROTOTYPE && Object.hasOwn(prototype, Symbol.toStringTag)
}

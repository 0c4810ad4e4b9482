/**
 * What goes wrong inside a task, kept with the operator and the record it happened at. `Thrown` travels up through the fused
 * functions; the executor turns it into a `Failure`, plain data, from which the driver makes the error card.
 *
 * Whatever is thrown may be hostile (a string, null, an object whose toString throws): describing it never throws.
 */
import { AtRecord } from '../../core/at-record.js'
import { SparkError } from '../../core/errors.js'
import { cut, format } from '../../core/format.js'
import type { At } from './task.js'

export class Thrown {
  readonly #brand = true
  constructor(readonly at: At, readonly record: unknown, readonly hasRecord: boolean, readonly error: unknown) {}

  /** Not instanceof: what a user's function throws may be a Proxy with traps. */
  static is(error: unknown): error is Thrown { return typeof error === 'object' && error !== null && #brand in error }
}

export interface Failure {
  readonly at: At
  readonly record: string | undefined
  /** `TypeError: x is not a function` */
  readonly error: string
  readonly stack: string
  /** When tspark itself refused: what its SparkError is made of. */
  readonly refusal: Pick<SparkError, 'code' | 'params' | 'message'> | undefined
}

const RECORD_CHARS = 200

/** Wraps what a user's function threw; what is wrapped already stays as it is. */
export const thrown = (at: At, record: unknown, error: unknown): Thrown => Thrown.is(error) ? error : new Thrown(at, record, true, error)
/** The same where the engine knows no record; the operator may. */
export const thrownWithoutRecord = (at: At, error: unknown): Thrown =>
  Thrown.is(error) ? error : AtRecord.is(error) ? new Thrown(at, error.record, true, error.error) : new Thrown(at, undefined, false, error)

export const notAPair = (at: At, row: unknown): Thrown => thrown(at, row, new SparkError('NOT_A_PAIR', { operator: at.operator, got: describe(row) }))

export function wrongResult(at: At, row: unknown, expected: string, got: unknown): Thrown {
  return thrown(at, row, new SparkError('WRONG_RESULT', { operator: at.operator, expected, got: describe(got) }))
}

export const promised = (at: At, row: unknown): Thrown => thrown(at, row, new SparkError('RETURNED_PROMISE', { operator: at.operator }))

export function toFailure(error: unknown, at: At): Failure {
  const found = Thrown.is(error) ? error : new Thrown(at, undefined, false, error)
  return {
    at: found.at,
    record: found.hasRecord ? cut(format(found.record), RECORD_CHARS) : undefined,
    error: nameAndMessage(found.error),
    stack: stackOf(found.error),
    refusal: refusalOf(found.error),
  }
}

/** `5 (a number)`, `"hello" (a string)`, `undefined`: what came, for messages that say what was expected. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  const text = cut(format(value), 60)
  return typeof value === 'string' ? `"${text}" (a string)` : `${text} (${kindOf(value)})`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const nameAndMessage = (error: unknown): string =>
  safely(() => error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${format(error)}`, 'thrown: something that cannot be shown')

const stackOf = (error: unknown): string => safely(() => error instanceof Error ? String(error.stack ?? '') : '', '')

const refusalOf = (error: unknown): Failure['refusal'] =>
  safely(() => error instanceof SparkError ? { code: error.code, params: error.params, message: error.message } : undefined, undefined)

function safely<T>(look: () => T, otherwise: T): T {
  try { return look() } catch { return otherwise }
}

/** From a method call to what plan nodes keep of it: the function, the operator's name, the user's line. */
import { callSite } from '../core/call-site.js'
import { SparkError } from '../core/errors.js'
import { fnRef, type AnyFunction, type FnRef } from '../plan/fn-ref.js'
import type { Call } from '../operators/narrow.js'

export const call = (operator: string): Call => ({ operator, site: callSite() })

/** @throws ARGUMENT_INVALID when `fn` is no function: a result was given, say, instead of what makes it. */
export function userFn(operator: string, fn: unknown): FnRef {
  const site = callSite()
  if (typeof fn === 'function') return fnRef(fn as AnyFunction, operator, site)
  const got = fn === null ? 'null' : typeof fn
  throw new SparkError('ARGUMENT_INVALID', { operator, problem: `needs a function, not ${got}`, fix: `give a function, for example ${operator}(x => …)` }, site && { site })
}

/** @throws ARGUMENT_INVALID when it is no positive whole number */
export function checkedConcurrency({ concurrency = 8 }: { readonly concurrency?: number }): number {
  if (Number.isInteger(concurrency) && concurrency > 0) return concurrency
  throw new SparkError('ARGUMENT_INVALID', { operator: 'mapAsync', problem: `concurrency must be a positive whole number, not ${concurrency}`, fix: 'give how many promises may wait at once: { concurrency: 8 }' })
}

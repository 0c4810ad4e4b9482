/**
 * A reference to a live function, as plan nodes hold it: closure capture turns it into data when a job starts, so a captured
 * variable is read at each batch. Operators' own helper functions are captured in the same way as users' functions.
 */
import type { CallSite } from '../core/call-site.js'

export type AnyFunction = (...args: never[]) => unknown

export interface FnRef<F extends AnyFunction = AnyFunction> {
  readonly fn: F
  /** The operator as the user called it: `map`, `reduceByKey`; errors name it. */
  readonly operator: string
  /** Where the user called it. */
  readonly site: CallSite | undefined
}

/** A variable that travels with a function: its name, what it is, and roughly how many bytes it takes. */
export interface CapturedValue { readonly name: string; readonly kind: string; readonly bytes: number }

export const fnRef = <F extends AnyFunction>(fn: F, operator: string, site?: CallSite): FnRef<F> => Object.freeze({ fn, operator, site })

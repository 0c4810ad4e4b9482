/** [f(row), row]: how keyBy, groupBy and their kin make pairs of a user's function. */
import type { FnRef } from '../plan/fn-ref.js'
import type { Derive } from '../plan/rdd-plan.js'
import { helper, map } from '../operators/narrow.js'

export function keying(ref: FnRef): Derive {
  const key = ref.fn as unknown as (row: unknown) => unknown
  return map(helper(ref, (row: unknown) => [key(row), row]))
}

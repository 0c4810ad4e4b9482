/**
 * The highest rate that a receiver keeps up with.
 *
 * It is first sent as much as TCP takes: who holds its sender back and stays on time has shown its rate. Who does not, or is known to
 * take all until its memory is full (`probe`: Spark), is sent lines at a pace: from what its batches got done, up while it keeps up and
 * down while it does not, in steps that halve once both have happened, until they are below `tolerance`. The best kept trial counts.
 *
 * Kept up is: no batch waited for an interval, and half of them took no longer than one.
 */
const FIRST_STEP = 1.2
const MOST_TRIALS = 12
/** A trial that never came to an end; after it there is no other. */
export const HUNG = { kept: false, hung: true }

/**
 * @param trial  (lines per second) → { records per second, capacity: records per second of processing, kept }
 * @param from  where an earlier round ended; then the first trial is left out
 * @param probe  the pace of the first trial; it shows the capacity and is no result
 */
export async function highestKept(trial, { from, probe = Infinity, tolerance = 1.04 } = {}) {
  let pace = from
  if (pace === undefined) {
    const first = await trial(probe)
    if (first.kept && probe === Infinity) return { ...first, free: true }
    pace = first.capacity ?? probe
  }
  let [step, best, wasKept] = [FIRST_STEP, undefined, undefined]
  for (let trials = 0; trials < MOST_TRIALS && (step > tolerance || !best); trials++) {
    const found = await trial(pace)
    if (found.hung) break
    if (found.kept && !(best?.records > found.records)) best = found
    if (wasKept !== undefined && wasKept !== found.kept) step = Math.sqrt(step)
    wasKept = found.kept
    pace *= found.kept ? step : 1 / step
  }
  if (!best) throw new Error(`no rate was kept up with, not even ${Math.round(pace)} lines a second`)
  return best
}

/** From what a session answers about its measured batches. */
export function judged({ records, batches, intervalMs, delayMs, medianMs, busyMs, ...rest }, pace) {
  return {
    ...rest, pace,
    records: records / (batches * intervalMs) * 1000,
    capacity: records / busyMs * 1000,
    kept: records > 0 && delayMs < intervalMs && medianMs <= intervalMs,
  }
}

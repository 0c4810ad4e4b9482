/**
 * A batch that takes longer than its interval says so once, with the operator that takes the time and what would help. It is said again when a stream is
 * started again, not for every batch: one that knows need not be told each second.
 */
import { showSite, type CallSite } from '../core/call-site.js'
import type { EventBus } from '../core/events.js'

interface Spent { readonly site: CallSite | undefined; sinceMs: number | undefined; ms: number }

/** Calls `say` for the first batch that is too slow; until the returned function is called. `intervalMs`: of the context that runs. */
export function watchSlowBatches(events: EventBus, intervalMs: () => number | undefined, say: (text: string) => void, now = (): number => performance.now()): () => void {
  const spent = new Map<string, Spent>()
  let said = false
  const ends = [
    events.watch('streamingStarted', () => { said = false }),
    events.watch('batchStarted', () => spent.clear()),
    events.watch('stageProgress', ({ operator, site, done, tasks }) => {
      if (said) return
      const entry = spent.get(operator) ?? { site, sinceMs: undefined, ms: 0 }
      spent.set(operator, entry)
      entry.sinceMs ??= now()
      if (done < tasks) return
      entry.ms += now() - entry.sinceMs
      entry.sinceMs = undefined
    }),
    events.watch('batchCompleted', ({ timeMs, processingStartMs, processingEndMs, error }) => {
      const limitMs = intervalMs()
      const tookMs = (processingEndMs ?? 0) - (processingStartMs ?? 0)
      if (said || error != null || limitMs === undefined || tookMs <= limitMs) return
      said = true
      say(slowBatch({ timeMs, tookMs, limitMs, spent }))
    }),
  ]
  return () => { for (const end of ends) end() }
}

function slowBatch({ timeMs, tookMs, limitMs, spent }: { timeMs: number; tookMs: number; limitMs: number; spent: ReadonlyMap<string, Spent> }): string {
  const [most] = [...spent].sort(([, a], [, b]) => b.ms - a.ms)
  const where = most && most[1].ms > tookMs / 4 ? `, ${Math.round(most[1].ms)} ms of it up to ${most[0]} at ${showSite(most[1].site)}` : ''
  return `the batch of ${timeMs} ms took ${Math.round(tookMs)} ms, longer than its interval of ${limitMs} ms${where}. Batches will wait for each other: do less per record, filter earlier, reduce before a window, or start with longer batches (--batch ${Math.ceil(2 * tookMs / 1000)}s)`
}

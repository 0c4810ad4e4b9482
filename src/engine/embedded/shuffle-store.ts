/**
 * Shuffled rows that later jobs over the same RDD may read again, as Spark keeps its shuffle files: print() asks for one partition
 * and then for the others, and must not run the map side twice.
 *
 * Unlike Spark's files they are used again only while every function before the shuffle still captures the same values, so that
 * `k = 5` typed between two actions is seen by the second. They go when their node is collected, or the oldest first when
 * all together pass the limit: then they are computed again.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Portable } from '../../closure/portable.js'
import { filesOf, memoryBytes, type RowBlock } from '../task/task.js'
import type { Draft, StageKey } from '../driver/draft.js'
import { RESULT, type JobPlan, type Stage } from '../driver/stages.js'

export type Outputs = ReadonlyMap<number, readonly RowBlock[]>
type Functions = ReadonlyMap<Draft, Portable>

/** As many neighbours with the same functions. */
interface Run { readonly portable: Portable | undefined; partitions: number }

interface Kept {
  readonly functions: readonly Run[]
  /** What the stage read, by the stage that made it. */
  readonly read: ReadonlyMap<StageKey, Outputs>
  outputs: Outputs | undefined
  readonly bytes: number
}

const LIMIT_BYTES = 128 * 1024 * 1024
// A prompt goes back to a few RDDs; a stream makes new ones each batch, and the collector is in no hurry to find the old.
const LIMIT_SHUFFLES = 64

export class ShuffleStore {
  readonly #kept = new WeakMap<object, Map<StageKey, Kept>>()
  #byAge: WeakRef<Kept>[] = []

  constructor(readonly limitBytes = LIMIT_BYTES) {}

  /** `made`: all outputs of the job so far. */
  keep(stage: Stage, made: ReadonlyMap<StageKey, Outputs>, functions: Functions): void {
    const outputs = made.get(stage.key)!
    if (bytesOf(outputs) > this.limitBytes || inFiles(outputs)) return
    const read = new Map([...stage.needs].map(need => [need, made.get(need)!]))
    const kept: Kept = { read, functions: functionsOf(stage, functions), outputs, bytes: bytesOf(outputs) }
    const ofNode = this.#kept.get(stage.of!) ?? new Map<StageKey, Kept>()
    this.#kept.set(stage.of!, ofNode.set(stage.key, kept))
    this.#byAge.push(new WeakRef(kept))
    this.#evict()
  }

  /** What stages of the plan need not compute, and what they would give. */
  reusable(plan: JobPlan, functions: Functions): Map<StageKey, Outputs> {
    const found = new Map<StageKey, Outputs>()
    for (const stage of plan.stages) {
      const outputs = this.#find(stage, functions, found)
      if (outputs) found.set(stage.key, outputs)
    }
    return found
  }

  #find(stage: Stage, functions: Functions, found: ReadonlyMap<StageKey, Outputs>): Outputs | undefined {
    const kept = stage.kind === 'exchange' ? this.#kept.get(stage.of!)?.get(stage.key) : undefined
    const reads = kept && [...stage.needs].every(need => found.has(need) && found.get(need) === kept.read.get(need))
    return reads && kept.outputs && isDeepStrictEqual(kept.functions, functionsOf(stage, functions)) ? kept.outputs : undefined
  }

  /** How much memory they take. */
  get bytes(): number { return this.#byAge.reduce((sum, ref) => sum + (ref.deref()?.outputs ? ref.deref()!.bytes : 0), 0) }

  #evict(): void {
    let bytes = 0
    const newestFirst = this.#byAge.reverse().filter((ref, age) => {
      const kept = ref.deref()
      if (!kept?.outputs) return false
      bytes += kept.bytes
      if (bytes > this.limitBytes || age >= LIMIT_SHUFFLES) kept.outputs = undefined
      return kept.outputs !== undefined
    })
    this.#byAge = newestFirst.reverse()
  }
}

/** The stages that have to run: those that the result reads, directly or through others, and that cannot be reused. */
export function neededStages(plan: JobPlan, reused: ReadonlyMap<StageKey, Outputs>): readonly Stage[] {
  const needed = new Set<StageKey>([RESULT])
  for (const stage of [...plan.stages].reverse())
    if (needed.has(stage.key) && !reused.has(stage.key)) for (const need of stage.needs) needed.add(need)
  return plan.stages.filter(({ key }) => needed.has(key) && !reused.has(key))
}

/** By partitions: how they were shared out among tasks does not matter. */
function functionsOf(stage: Stage, functions: Functions): Run[] {
  const runs: Run[] = []
  for (const [, draft] of [...stage.drafts].sort(([a], [b]) => a - b)) {
    const portable = functions.get(draft)
    const last = runs.at(-1)
    if (last && last.portable === portable) last.partitions += draft.partitions
    else runs.push({ portable, partitions: draft.partitions })
  }
  return runs
}

/** What did not fit in memory goes when its job ends. */
const inFiles = (outputs: Outputs): boolean => [...outputs.values()].some(blocks => filesOf(blocks).size > 0)

function bytesOf(outputs: Outputs): number {
  let bytes = 0
  for (const blocks of outputs.values()) bytes += memoryBytes(blocks)
  return bytes
}

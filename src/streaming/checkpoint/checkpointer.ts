/**
 * Writes checkpoints of one run: what there is to know after each batch that was given its input, and after each that is done; rows
 * that later batches read, at multiples of the checkpoint interval and at the end.
 *
 * A batch runs only once its input is on record (`generated`), so that it can be run again as it was. Records that are asked for
 * while one is being written share the next one. Rows of a stream at a time never change, so each is written once.
 *
 * Nothing here fails a batch: what cannot be written is told, and the stream goes on.
 */
import { showSite } from '../../core/call-site.js'
import type { SparkConf } from '../../core/conf.js'
import { escapeControls } from '../../core/escape.js'
import type { EventBus } from '../../core/events.js'
import { Time } from '../../core/time.js'
import type { Engine } from '../../engine/engine.js'
import type { StreamPlan } from '../../plan/stream-plan.js'
import type { KeptRdd } from '../batch-runner.js'
import { graphOf } from '../stream-graph.js'
import type { Checkpoint, Part, RowSet, SavedRows } from './checkpoint.js'
import { CheckpointStore, setDirectory } from './checkpoint-store.js'
import { confToKeep } from './conf-to-keep.js'
import { identitiesOf, shapesOf } from './graph-shape.js'
import { GroupWriter } from './group-writer.js'
import { writeParts, type PartResult } from './state-files.js'

interface Options {
  readonly directory: string
  readonly engine: Engine
  readonly events: EventBus
  readonly conf: SparkConf
  readonly plan: StreamPlan
  readonly zeroMs: number
  /** What later batches read of earlier ones; asked between two batches. */
  readonly kept: () => readonly KeptRdd[]
  readonly from?: { readonly completedMs: number; readonly generatedMs: number; readonly rows: SavedRows } | undefined
}

export class Checkpointer {
  readonly directory: string
  readonly #options: Options
  readonly #store: CheckpointStore
  readonly #writer: GroupWriter
  readonly #opened: Promise<void>
  readonly #told = new Set<string>()
  #cancelJob: ((reason: string) => void) | undefined
  #plan: StreamPlan
  #generatedMs: number
  #completedMs: number
  /** The last batch that is done in this run, those that ran again included. */
  #closedMs: number
  #rows: SavedRows
  /** The directory has lost what was in it: all rows are to be written anew. */
  #lost = false
  /** Batches have run again: rows of a time that has been written may be others now. */
  #stale = false

  constructor(options: Options) {
    const { directory, plan, zeroMs, from } = options
    this.#options = options
    this.directory = directory
    this.#plan = plan
    this.#generatedMs = from?.generatedMs ?? zeroMs
    this.#completedMs = from?.completedMs ?? zeroMs
    this.#closedMs = from?.rows.timeMs ?? zeroMs
    this.#rows = from?.rows ?? { timeMs: zeroMs, sets: [], lacking: [] }
    this.#store = new CheckpointStore(directory)
    this.#opened = this.#store.open(from ? undefined : zeroMs).catch(() => {}) // the first write will say why
    this.#writer = new GroupWriter(() => this.#write(), text => this.#say(text))
  }

  /** Resolves when the batch's input is on record, or cannot be. */
  generated(time: Time, plan: StreamPlan): Promise<void> {
    this.#plan = plan
    if (time.milliseconds <= this.#generatedMs) return Promise.resolve()
    this.#generatedMs = time.milliseconds
    return this.#writer.request()
  }

  /** Between a batch and the next: writes rows where it is time to. */
  async closed(time: Time, plan: StreamPlan): Promise<void> {
    if (time.milliseconds <= this.#completedMs && !this.#lost && !this.#stale) return // it runs again
    const sinceMs = time.milliseconds - this.#options.zeroMs
    if (this.#lost || this.#stale || graphOf(plan).checkpointMs.some(intervalMs => sinceMs % intervalMs === 0)) await this.#save(time.milliseconds, plan)
  }

  completed(time: Time): void {
    this.#closedMs = time.milliseconds
    if (time.milliseconds < this.#completedMs || time.milliseconds === this.#completedMs && this.#rows.timeMs !== this.#completedMs) return
    this.#completedMs = time.milliseconds
    void this.#writer.request()
  }

  /** The run goes back: the last of the batches that run again is the next to be closed. */
  goBack(): void { this.#stale = true }

  /** Ends the job that writes rows: computing some may never come to an end. Whether there was one. */
  cancel(reason: string): boolean {
    const cancel = this.#cancelJob
    cancel?.(reason)
    return cancel !== undefined
  }

  idle(): Promise<void> { return this.#writer.idle() }

  /** The last rows of a run: `whole` tells that no batch is under way, so that they can be had. */
  async end(whole: boolean): Promise<void> {
    if (whole && this.#closedMs === this.#completedMs && this.#rows.timeMs < this.#completedMs) await this.#save(this.#completedMs, this.#plan)
    await this.#writer.request()
    await this.#store.removeUnnamed(this.#rows.sets).catch(() => {})
  }

  async #write(): Promise<void> {
    await this.#opened
    try {
      await this.#store.write(this.#checkpoint())
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') await this.#reopen()
      throw error
    }
  }

  async #reopen(): Promise<void> {
    this.#lost = true
    await this.#store.open().catch(() => {})
  }

  #checkpoint(): Checkpoint {
    const plan = this.#plan
    const graph = graphOf(plan)
    // Where nothing looks back, nothing has to be run again.
    const rows = graph.held.length > 0 ? this.#rows : { timeMs: this.#completedMs, sets: [], lacking: [] }
    const identities = identitiesOf(graph)
    return {
      batchMs: plan.batchDuration.milliseconds,
      zeroMs: this.#options.zeroMs,
      generatedMs: this.#generatedMs,
      completedMs: this.#completedMs,
      operators: shapesOf(graph),
      rows,
      inputs: plan.inputs.flatMap(({ id, source }) => source.checkpoint ? [[identities.get(id)!, source.checkpoint(new Time(rows.timeMs)) ?? null] as const] : []),
      conf: confToKeep(this.#options.conf),
    }
  }

  /** All at one time: a set that is on disk already is named again. */
  async #save(timeMs: number, plan: StreamPlan): Promise<void> {
    try {
      await this.#opened
      if (this.#lost) await this.#store.open()
      await this.#store.removeUnnamed(this.#rows.sets)
      const identities = identitiesOf(graphOf(plan))
      const written = new Map(this.#lost || this.#stale ? [] : this.#rows.sets.map(set => [setDirectory(this.directory, set), set]))
      const sets: RowSet[] = []
      const lacking = new Map<string, string>()
      for (const kept of this.#options.kept()) {
        const { node, timeMs: madeMs, carried, remembered } = kept
        const set = { identity: identities.get(node.id)!, timeMs: madeMs, carried, remembered }
        const known = written.get(setDirectory(this.directory, set)) ?? await this.#saveSet(set, kept, lacking)
        if (known) sets.push({ ...known, carried, remembered })
      }
      this.#rows = { timeMs, sets: sets.filter(({ identity }) => !lacking.has(identity)), lacking: [...lacking] }
      this.#lost = this.#stale = false
    } catch (error) {
      this.#sayOnce(`rows of ${timeMs} ms were not written to ${this.directory}: ${(error as Error).message}; a restart would go on from ${this.#rows.timeMs} ms`)
    }
  }

  /** Undefined: rows that a checkpoint cannot keep, or that cannot be computed. */
  async #saveSet(set: Omit<RowSet, 'parts' | 'hashed'>, { node, rdd }: KeptRdd, lacking: Map<string, string>): Promise<RowSet | undefined> {
    if (lacking.has(set.identity)) return undefined
    const results = await this.#store.writeSet(set, directory => this.#run(directory, rdd, `checkpoint of ${node.operator} at ${showSite(node.site)}`))
    const refused = results.find(result => 'refused' in result)
    if (refused) {
      lacking.set(set.identity, refused.refused)
      this.#sayOnce(`${node.operator} at ${showSite(node.site)} holds ${refused.refused}, which a checkpoint cannot keep: after a restart it begins afresh; make its rows of plain data`)
      return undefined
    }
    const { partitioner, numPartitions } = rdd
    return { ...set, parts: results as Part[], hashed: partitioner?.kind === 'hash' && partitioner.numPartitions === numPartitions }
  }

  async #run(directory: string, rdd: KeptRdd['rdd'], description: string): Promise<readonly Exclude<PartResult, { failed: string }>[]> {
    const job = this.#options.engine.runJob({ rdd, action: writeParts(directory, 'checkpoint'), description })
    this.#cancelJob = reason => job.cancel(reason)
    const results = await (job.results as Promise<PartResult[]>).finally(() => { this.#cancelJob = undefined })
    const failed = results.find(result => 'failed' in result)
    if (failed) throw new Error(failed.failed)
    return results as Exclude<PartResult, { failed: string }>[]
  }

  #sayOnce(text: string): void {
    if (this.#told.has(text.replace(/\d+/g, ''))) return
    this.#told.add(text.replace(/\d+/g, ''))
    this.#say(text)
  }

  #say(text: string): void { this.#options.events.emit('message', { level: 'warn', text: escapeControls(text) }) }
}

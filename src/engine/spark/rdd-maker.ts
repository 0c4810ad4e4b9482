/**
 * RDDs as described → RDDs of the JVM, by calls of what PySpark calls: PythonRDD runs a worker over its parent's frames, PairwiseRDD and
 * PythonPartitioner exchange them. Each is made once and kept by its number until it is dropped.
 */
import { SparkError } from '../../core/errors.js'
import type { CommandHeader } from './command.js'
import { Deliveries, type Broadcast } from './deliveries.js'
import type { Jvm } from './jvm.js'
import type { Scope } from './py4j-client.js'
import { Long, type JavaRef } from './py4j-text.js'
import type { HeldRdd, Input, LevelFlags, RddSpec, ReceivedRdd, StageRdd } from './spark-job.js'
import { int32 } from './wire-format.js'

const PYTHON = 'org.apache.spark.api.python.'
// All our exchanges place a frame by the number before it: any two with as many partitions are placed alike.
const PLACEMENT = new Long(1)
// Longer commands would be one line of base64 each; Spark ships them as files.
const MOST_INLINE_BYTES = 256 * 1024

interface Made {
  /** A JavaRDD. */
  readonly rdd: JavaRef
  readonly persisted: boolean
  /** Broadcasts made for it alone. */
  readonly broadcasts: readonly JavaRef[]
}

export class RddMaker {
  /** What receivers have handed over, by its number, until it is forgotten. */
  readonly parts = new Map<number, JavaRef>()
  readonly #made = new Map<number, Promise<Made>>()
  readonly #texts = new Map<number, string>()
  readonly #broadcasts = new Map<number, Promise<Broadcast>>()
  readonly #bundles = new Map<number, Promise<Broadcast>>()
  #tag: Promise<JavaRef> | undefined
  readonly #deliveries: Deliveries

  constructor(readonly jvm: Jvm, readonly worker: string, readonly version: string) { this.#deliveries = new Deliveries(jvm) }

  make(spec: RddSpec): void {
    const made = spec.kind === 'held' ? this.#held(spec) : spec.kind === 'received' ? this.#received(spec) : this.#stage(spec)
    made.catch(() => {}) // whoever runs a job over it hears of it
    this.#made.set(spec.number, made)
  }

  async rdd(number: number): Promise<JavaRef> {
    const made = this.#made.get(number)
    if (!made) throw new Error(`RDD ${number} has been dropped`)
    return (await made).rdd
  }

  async unpersist(number: number): Promise<void> {
    try { await this.jvm.client.scoped(async calls => calls.call(await this.rdd(number), 'unpersist', false)) } catch { /* it was never made, or all is lost */ }
  }

  drop(number: number): void {
    const made = this.#made.get(number)
    const readers = [...this.#made.values()]
    this.#made.delete(number)
    void Promise.allSettled(readers).then(async () => {
      const { rdd, persisted, broadcasts } = await made!
      if (persisted) await this.jvm.client.scoped(calls => calls.call(rdd, 'unpersist', false))
      this.jvm.client.release([rdd, ...broadcasts])
    }).catch(() => {})
  }

  // — broadcasts: known to Spark when something first uses them —

  setBroadcast(id: number, text: string): void { this.#texts.set(id, text) }

  dropBroadcast(id: number): void {
    this.#texts.delete(id)
    void this.#broadcasts.get(id)?.then(({ ref }) => this.jvm.client.call(ref, 'destroy')).catch(() => {})
    this.#broadcasts.delete(id)
  }

  #broadcast(id: number): Promise<Broadcast> {
    const text = this.#texts.get(id)
    if (text === undefined) throw new SparkError('BROADCAST_DESTROYED', { id })
    const made = this.#broadcasts.get(id) ?? this.jvm.client.scoped(calls => this.#deliveries.broadcast(calls, text))
    this.#broadcasts.set(id, made)
    return made
  }

  /** The user's modules stay for as long as the context does. */
  setBundle(number: number, text: string): void {
    const made = this.jvm.client.scoped(calls => this.#deliveries.broadcast(calls, text))
    made.catch(() => {}) // whoever makes an RDD with it hears of it
    this.#bundles.set(number, made)
  }

  // — RDDs —

  async #held({ frames }: HeldRdd): Promise<Made> {
    return { rdd: await this.jvm.client.scoped(calls => this.#deliveries.rows(calls, frames)), persisted: false, broadcasts: [] }
  }

  /** Under a name of its own: the parts have theirs for as long as their blocks are there. */
  #received({ parts }: ReceivedRdd): Promise<Made> {
    return this.jvm.client.scoped(async client => {
      const refs = parts.map(part => this.parts.get(part))
      if (refs.includes(undefined)) throw new SparkError('SPARK_JOB_FAILED', { reason: 'what the receivers stored for this batch has been given back, since the batch is over' })
      const united = await this.#united(client, 'UnionRDD', refs as JavaRef[])
      const rdd = client.keep(refs.length > 1 ? united : await client.object(await client.object(united, 'rdd'), 'toJavaRDD'))
      return { rdd, persisted: false, broadcasts: [] }
    })
  }

  #stage(spec: StageRdd): Promise<Made> { return this.jvm.client.scoped(client => this.#staged(client, spec)) }

  async #staged(client: Scope, spec: StageRdd): Promise<Made> {
    const { input, command, exchange, level, placed } = spec
    const parent = await this.#input(client, input)
    const broadcasts = await Promise.all(spec.broadcasts.map(async id => [id, await this.#broadcast(id)] as const))
    const bundles = await Promise.all(spec.bundles.map(number => this.#bundles.get(number)!))
    const header: CommandHeader = { ...this.#header(spec.number), broadcasts: broadcasts.map(([ours, { id }]) => [ours, id] as const), bundles: bundles.map(({ id }) => id) }
    const { python, body } = await this.#python(client, parent, command, header, [...broadcasts.map(([, broadcast]) => broadcast), ...bundles].map(({ ref }) => ref), placed)
    const rdd = client.keep(exchange === undefined ? await client.object(python, 'asJavaRDD') : await this.#exchanged(client, python, exchange))
    if (level) await this.#persist(client, rdd, level, spec.checkpoint)
    return { rdd, persisted: level !== undefined, broadcasts: body }
  }

  #header(source: number): CommandHeader { return { version: this.version, node: process.versions.node, source, broadcasts: [], bundles: [] } }

  async #python(client: Scope, parent: JavaRef, command: string, header: CommandHeader, broadcasts: readonly JavaRef[], placed: boolean): Promise<{ python: JavaRef; body: JavaRef[] }> {
    const { common: { env, none, accumulator }, version } = this.jvm
    const large = command.length > MOST_INLINE_BYTES ? await this.#deliveries.broadcast(client, command) : undefined
    const head = Buffer.from(JSON.stringify(large ? { ...header, body: large.id } : header), 'utf8')
    const bytes = Buffer.concat([int32(head.length), head, Buffer.from(large ? '' : command, 'utf8')])
    const sent = [...broadcasts, ...large ? [large.ref] : []]
    const list = sent.length === 0 ? none : await client.list(sent)
    const fn = await client.make(`${PYTHON}SimplePythonFunction`, bytes, env, none, this.worker, version, list, accumulator)
    const python = await client.make(`${PYTHON}PythonRDD`, await client.object(parent, 'rdd'), fn, placed, false)
    return { python, body: large ? [large.ref] : [] }
  }

  /** Each frame to the partition whose number stands before it. */
  async #exchanged(client: Scope, python: JavaRef, partitions: number): Promise<JavaRef> {
    const pairs = await client.object(await client.make(`${PYTHON}PairwiseRDD`, python), 'asJavaPairRDD')
    const partitioner = await client.make(`${PYTHON}PythonPartitioner`, partitions, PLACEMENT)
    return client.staticObject(`${PYTHON}PythonRDD`, 'valueOfPair', await client.object(pairs, 'partitionBy', partitioner))
  }

  async #input(client: Scope, input: Input): Promise<JavaRef> {
    const { jsc, common: { none } } = this.jvm
    const empty = (partitions: number): Promise<JavaRef> => client.object(jsc, 'parallelize', none, partitions)
    switch (input.kind) {
      case 'none': return empty(input.partitions)
      case 'chain': return this.#united(client, 'UnionRDD', await Promise.all(input.sources.map(source => source < 0 ? empty(-source) : this.rdd(source))))
      case 'merged': return this.#united(client, 'PartitionerAwareUnionRDD', await Promise.all(input.sources.map(source => this.rdd(source))))
      case 'gathered': return this.#gathered(client, input)
      default: return input satisfies never
    }
  }

  async #gathered(client: Scope, { sources, command, partitions }: Input & { kind: 'gathered' }): Promise<JavaRef> {
    const all = await this.#united(client, 'UnionRDD', await Promise.all(sources.map(source => this.rdd(source))))
    const { python } = await this.#python(client, all, command, this.#header(0), [], false)
    return this.#exchanged(client, python, partitions)
  }

  /** Not by SparkContext.union, which merges what happens to be placed alike. */
  async #united(client: Scope, kind: 'UnionRDD' | 'PartitionerAwareUnionRDD', rdds: readonly JavaRef[]): Promise<JavaRef> {
    if (rdds.length === 1) return rdds[0]!
    const { sc } = this.jvm
    const list = await client.list(await Promise.all(rdds.map(rdd => client.object(rdd, 'rdd'))))
    const sequence = await client.staticObject(`${PYTHON}PythonUtils`, 'toSeq', list)
    const union = await client.make(`org.apache.spark.rdd.${kind}`, sc, sequence, await this.#classTag(rdds[0]!))
    return client.object(union, 'toJavaRDD')
  }

  #classTag(rdd: JavaRef): Promise<JavaRef> { return this.#tag ??= this.jvm.client.object(rdd, 'classTag') }

  /** What is checkpointed has its lineage cut; in memory of executors unless there is a directory for it. */
  async #persist(client: Scope, rdd: JavaRef, { useMemory, useDisk }: LevelFlags, checkpoint: boolean): Promise<void> {
    const level = await client.staticObject('org.apache.spark.api.java.StorageLevels', 'create', useDisk, useMemory, false, false, 1)
    await client.call(rdd, 'persist', level)
    if (!checkpoint) return
    const directory = await client.object(this.jvm.sc, 'getCheckpointDir')
    if (await client.call(directory, 'isDefined') === true) await client.call(rdd, 'checkpoint')
    else await client.call(await client.object(rdd, 'rdd'), 'localCheckpoint')
  }
}

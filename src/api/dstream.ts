/**
 * A discretized stream: one RDD per batch, described by how each is made. Immutable; each transformation gives another
 * DStream. Nothing runs before `ssc.start()`, and only what leads to an output operation (print, foreachRDD,
 * saveAsTextFiles) runs then. What is added while the context runs takes part from the next batch.
 */
import { DRIVER_ONLY } from '../core/brand.js'
import { DESCRIBE, LABEL } from '../core/describe.js'
import { SparkError } from '../core/errors.js'
import { StorageLevel } from '../core/storage-level.js'
import { Interval, Time, type Duration } from '../core/time.js'
import type { Derive, RddNode } from '../plan/rdd-plan.js'
import { streamParents, type StreamNode } from '../plan/stream-plan.js'
import { hashPartitioner } from '../plan/partitioner.js'
import { count, reduce } from '../operators/combine.js'
import { filter, flatMap, glom, helper, map, mapAsync, mapPartitions } from '../operators/narrow.js'
import { add, countByValue, nullFirst, repartition, subtract, valueOf } from '../operators/shuffle.js'
import { derived, reducedWindow, transformed, united, windowed } from '../operators/streams.js'
import { call, checkedConcurrency, userFn } from './calls.js'
import { fnRef } from '../plan/fn-ref.js'
import type { Remake } from './live-dstream.js'
import type { Output } from './output.js'
import { checkedCount } from './partitioner.js'
import { PairDStreamFunctions } from './pair-dstream.js'
import { printRows } from './print.js'
import { saveBatchAsObjects } from './save-objects.js'
import { saveBatchAsText } from './save-text.js'
import { RDD } from './rdd.js'
import type { StreamingContext } from './streaming-context.js'
import type { AsyncOptions, Result, Row } from './types.js'

/**
 * One RDD per batch. In the examples a batch is a second, and the comment holds the first batches. `words` brings to, be, to, then
 * nothing, then be; `lines` the same as lines; `numbers` 3, 1, 2, then nothing, then 5; `pairs` (a,1), (b,2), (a,3), then nothing,
 * then (b,4); `colors` (a,red), then nothing, then (b,blue), (c,green).
 * @example words // [ 'to', 'be', 'to' ], [], [ 'be' ]
 */
export class DStream<T> extends PairDStreamFunctions<T> {
  readonly [DRIVER_ONLY] = 'DStream'

  /** @internal made by StreamingContext and by operators */
  constructor(/** The context that runs it. */ readonly context: StreamingContext, /** Its plan. */ readonly node: StreamNode, /** @internal */ protected readonly remake?: Remake | undefined) { super(); this.remember() }

  /** A stream of the same context, each batch made from this one's by `operator`. @internal */
  derive<U>(operator: Derive, remake?: Remake): DStream<U> { return new DStream<U>(this.context, derived(this.node, operator), remake) }

  /** How often this stream gives an RDD: the batch interval, or the slide of its window. */
  get slideDuration(): Duration { return this.node.slideDuration }

  // — one batch at a time —

  /**
   * f of each record. Shape: DStream<T> → DStream<U>; order stays; an empty batch stays empty. `w => [w, 1]` makes pairs.
   * @example
   * words.map(w => [w, 1]) // DStream<[string, number]>
   * words.map(w => w.length) // [ 2, 2, 2 ], [], [ 2 ]
   */
  map<U extends Row | void>(f: (record: T) => Result<U>): DStream<U> { return this.derive(map(userFn('map', f)), g => this.map(g)) }
  /**
   * f of each record, where f is async: a request, a look-up. At most `concurrency` (8) promises of a partition wait at once; the
   * batch waits for all of them.
   *
   * Shape: DStream<T> → DStream<U>; order stays; an empty batch stays empty.
   * @throws TASK_FAILED in the batch whose promise rejects: the error names the record, later batches go on
   * @example
   * ssc.queueStream([['a', 'b']]).mapAsync(async w => [w, await Promise.resolve(w.length)], { concurrency: 2 }).print()
   */
  mapAsync<U extends Row | void>(f: (record: T) => U | PromiseLike<U>, options: AsyncOptions = {}): DStream<U> {
    return this.derive(mapAsync(userFn('mapAsync', f), checkedConcurrency(options)), g => this.mapAsync(g, options))
  }
  /**
   * All that f gives for each record, in order. Shape: DStream<T> → DStream<U>; an empty batch stays empty.
   * @example lines.flatMap(line => line.split(' ')) // [ 'to', 'be', 'to', 'go' ], [], [ 'be' ]
   */
  flatMap<U>(f: (record: T) => Iterable<U>): DStream<U> { return this.derive(flatMap(userFn('flatMap', f)), g => this.flatMap(g)) }
  /** Records for which `keep` is true, in order. @example numbers.filter(n => n > 1) // [ 3, 2 ], [], [ 5 ] */
  filter<S extends T>(keep: (record: T) => record is S): DStream<S>
  filter(keep: (record: T) => boolean): DStream<T>
  filter(keep: (record: T) => boolean): DStream<T> { return this.derive(filter(userFn('filter', keep)), g => this.filter(g)) }
  /**
   * f of each whole partition of a batch, as an iterator; called for empty ones too.
   * @example numbers.mapPartitions(records => [[...records].length]) // [ 1, 2 ], [ 0, 0 ]
   */
  mapPartitions<U>(f: (records: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): DStream<U> {
    return this.derive(mapPartitions(userFn('mapPartitions', f), preservesPartitioning), g => this.mapPartitions(g, preservesPartitioning))
  }
  /** One array per partition. Shape: DStream<T> → DStream<T[]>. @example numbers.glom() // [ [ 3 ], [ 1, 2 ] ] */
  glom(): DStream<T[]> { return this.derive(glom(call('glom').site)) }
  /** f over each batch: one record, none for an empty batch. f is associative. @example numbers.reduce((a, b) => a + b) // [ 6 ], [], [ 5 ] */
  reduce(f: (a: T, b: T) => T): DStream<T> { return this.derive(reduce(userFn('reduce', f)), g => this.reduce(g)) }
  /** Records of each batch: always one number, 0 for an empty batch. @example numbers.count() // [ 3 ], [ 0 ], [ 1 ] */
  count(): DStream<number> { return this.derive(count(call('count'))) }
  /**
   * How often each record occurs in its batch. Shape: DStream<T> → DStream<[T, number]>; an empty batch stays empty.
   * @example words.countByValue(1) // [ [ 'to', 2 ], [ 'be', 1 ] ], [], [ [ 'be', 1 ] ]
   */
  countByValue(numPartitions?: number): DStream<[T, number]> {
    return this.derive(countByValue(call('countByValue'), hashPartitioner(this.partitionCount(numPartitions, 'countByValue'))))
  }
  /**
   * The same records in exactly that many partitions. @throws ARGUMENT_INVALID below 1
   * @example numbers.repartition(1).glom().map(part => part.length) // [ 3 ], [ 0 ], [ 1 ]
   */
  repartition(numPartitions: number): DStream<T> { return this.derive(repartition(call('repartition'), checkedCount(numPartitions, 'repartition'))) }

  // — several streams —

  /**
   * The records of this, then those of `other`. @throws UNION_SLIDES_DIFFER when their slides differ
   * @example numbers.union(numbers) // [ 3, 1, 2, 3, 1, 2 ], [], [ 5, 5 ]
   */
  union(other: DStream<T>): DStream<T> { return new DStream(this.context, united(call('union'), [this.node, other.node])) }

  /**
   * Any RDD operation on each batch; f runs on the driver at every batch, with `(rdd)` or `(rdd, time)`.
   * @example numbers.transform(rdd => rdd.sortBy(n => n)) // [ 1, 2, 3 ], [], [ 5 ]
   */
  transform<U extends Row>(f: (rdd: RDD<T>, time: Time) => RDD<U>): DStream<U> {
    return new DStream<U>(this.context, transformed(call('transform'), [this.node], this.onRdds(userFn('transform', f).fn as never)), g => this.transform(g))
  }
  /**
   * As transform, over the batches of two streams: `(mine, theirs)` or `(mine, theirs, time)`.
   * @example numbers.transformWith(words, (mine, theirs) => mine.map(String).union(theirs)).count() // [ 6 ], [ 0 ], [ 2 ]
   */
  transformWith<U, V extends Row>(other: DStream<U>, f: (mine: RDD<T>, theirs: RDD<U>, time: Time) => RDD<V>): DStream<V> {
    return new DStream<V>(this.context, transformed(call('transformWith'), [this.node, other.node], this.onRdds(userFn('transformWith', f).fn as never)), g => this.transformWith(other, g))
  }

  // — windows —

  /**
   * All records of the last `windowDuration`, oldest batch first, every `slideDuration` (default: this stream's own).
   * @throws DURATION_NOT_MULTIPLE when one of them does not divide into batches
   * @example
   * numbers.window(Seconds(2)) // [ 3, 1, 2 ], [ 3, 1, 2 ], [ 5 ]
   * numbers.window(Milliseconds(1500)) // SparkError [DURATION_NOT_MULTIPLE]
   */
  window(windowDuration: Duration, slideDuration: Duration = this.slideDuration): DStream<T> {
    return new DStream<T>(this.context, windowed(call('window'), this.node, windowDuration, slideDuration))
  }
  /**
   * f over the window: one record, none for an empty window. With `inverse`, which takes away what left, the cost follows what
   * entered and left. @throws DURATION_NOT_MULTIPLE
   * @example numbers.reduceByWindow((a, b) => a + b, Seconds(2), Seconds(1)) // [ 6 ], [ 6 ], [ 5 ]
   */
  reduceByWindow(f: (a: T, b: T) => T, windowDuration: Duration, slideDuration: Duration): DStream<T>
  reduceByWindow(f: (a: T, b: T) => T, inverse: (a: T, b: T) => T, windowDuration: Duration, slideDuration: Duration): DStream<T>
  reduceByWindow(f: (a: T, b: T) => T, ...rest: [Duration, Duration] | [(a: T, b: T) => T, Duration, Duration]): DStream<T> {
    if (rest.length === 2) {
      const reduced = this.reduce(f).window(...rest).reduce(f)
      return new DStream<T>(this.context, reduced.node, g => this.reduceByWindow(g, ...rest))
    }
    const [inverse, windowDuration, slideDuration] = rest
    const single = derived(this.node, map(helper(call('reduceByWindow'), nullFirst)))
    const refs = [userFn('reduceByWindow', f), userFn('reduceByWindow', inverse)] as const
    return new DStream<T>(this.context, derived(reducedWindow(...refs, single, windowDuration, slideDuration, hashPartitioner(1)), map(helper(call('reduceByWindow'), valueOf))), (g, h = inverse) => this.reduceByWindow(g, h, windowDuration, slideDuration))
  }
  /**
   * Records in the window, every `slideDuration`: one number. @throws DURATION_NOT_MULTIPLE
   * @example numbers.countByWindow(Seconds(2), Seconds(1)) // [ 3 ], [ 3 ], [ 1 ]
   */
  countByWindow(windowDuration: Duration, slideDuration: Duration): DStream<number> {
    const ones = derived(this.node, map(helper(call('countByWindow'), one)))
    return new DStream<number>(this.context, ones).reduceByWindow(add, subtract, windowDuration, slideDuration)
  }
  /**
   * How often each record occurs in the window; values that have left are gone. @throws DURATION_NOT_MULTIPLE
   * @example words.countByValueAndWindow(Seconds(2), Seconds(1), 1) // [ [ 'to', 2 ], [ 'be', 1 ] ], [ [ 'to', 2 ], [ 'be', 1 ] ], [ [ 'be', 1 ] ]
   */
  countByValueAndWindow(windowDuration: Duration, slideDuration: Duration, numPartitions?: number): DStream<[T, number]> {
    const here = call('countByValueAndWindow')
    const counted = derived(this.node, countByValue(here, hashPartitioner(this.partitionCount(numPartitions, here.operator))))
    const window = reducedWindow(fnRef(add, here.operator, here.site), fnRef(subtract, here.operator, here.site), counted, windowDuration, slideDuration, hashPartitioner(this.partitionCount(numPartitions, here.operator)))
    return new DStream<[T, number]>(this.context, derived(window, filter(helper(here, isCounted))))
  }

  // — settings —

  /**
   * Keeps each batch's RDD while it is needed, so that several outputs need it computed only once. Gives this stream.
   * @example words.map(w => w.length).persist() // [ 2, 2, 2 ]
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY_SER): this { this.context.set(this.node, { level }); return this }
  /** persist() at its default level. @example words.cache() // [ 'to', 'be', 'to' ] */
  cache(): this { return this.persist() }
  /**
   * How often state is written to the checkpoint directory. Gives this stream.
   * @example pairs.updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length).checkpoint(Seconds(10)) // DStream<[string, number]>
   */
  checkpoint(interval: Duration): this {
    checkInterval(this.node, interval)
    this.context.set(this.node, { checkpointInterval: interval })
    return this
  }
  /** A name for listings and for what is printed. Gives this stream. @example words.name('words') // [ 'to', 'be', 'to' ] */
  name(name: string): this { this.context.set(this.node, { name }); return this }

  // — outputs —

  /**
   * Prints the first `num` records of each batch (in Spark's form), and `...` where there are more; an empty batch prints its time.
   * @example words.print(5)
   */
  print(num = 10): Output {
    const here = call('print')
    return this.context.output(this.node, here, async (rdd, time, output) => {
      this.context.lastBatches.keep(await printRows(this.context.sparkContext, rdd, num, time, output))
    })
  }
  /**
   * Calls f on the driver with each batch's RDD, as `(rdd)` or `(rdd, time)`. A batch waits for the jobs that f starts, awaited or not.
   * @throws ARGUMENT_INVALID when f names more than two parameters
   * @example words.foreachRDD(async (rdd, time) => { console.log(time.milliseconds, await rdd.count()) })
   */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): Output {
    const fn = userFn('foreachRDD', f).fn as unknown as typeof f
    checkArity('foreachRDD', fn, 2, '(rdd) or (rdd, time)')
    return this.context.output(this.node, call('foreachRDD'), (rdd, time) => fn(new RDD<T>(this.context.sparkContext, rdd), time))
  }
  /**
   * Writes each batch as text to the directory `prefix-TIME_IN_MS[.suffix]`, empty batches too: a line per record, a file per partition.
   * @example words.saveAsTextFiles(`${dir}/words`, 'txt')
   */
  saveAsTextFiles(prefix: string, suffix = ''): Output {
    return this.context.output(this.node, call('saveAsTextFiles'), (rdd, time) => saveBatchAsText(this.context.sparkContext, rdd, prefix, suffix, time))
  }

  /**
   * Writes each batch as object files to the directory `prefix-TIME_IN_MS[.suffix]`, empty batches too; sc.objectFile reads them.
   * @example words.saveAsObjectFiles(`${dir}/words`)
   */
  saveAsObjectFiles(prefix: string, suffix = ''): Output {
    return this.context.output(this.node, call('saveAsObjectFiles'), (rdd, time) => saveBatchAsObjects(this.context.sparkContext, rdd, prefix, suffix, time))
  }

  /**
   * The RDDs of the batches from `from` to `to`, both included, as two times or an Interval. The context must run and still hold
   * them (`ssc.remember`); times between batches mean the batch before.
   * @throws NOT_INITIALIZED before start()
   * @example words.slice(0, 1000) // SparkError [NOT_INITIALIZED]
   */
  slice(interval: Interval): RDD<T>[]
  slice(from: Time | number, to: Time | number): RDD<T>[]
  slice(from: Interval | Time | number, to: Time | number = 0): RDD<T>[] {
    const [begin, end] = from instanceof Interval ? [from.beginTime, from.endTime] : [from, to]
    return this.context.slice(this.node, begin, end).map(node => new RDD<T>(this.context.sparkContext, node))
  }
  /** The streams that this one is made from. */
  get dependencies(): DStream<unknown>[] { return streamParents(this.context.resolved(this.node)).map(node => new DStream(this.context, node)) }

  [DESCRIBE](): readonly string[] { return this.context.describeStream(this.node) }
  [LABEL](name: string): void { this.context.label(this.node, name) }
  override toString(): string { return `${this.node.operator} DStream[${this.node.id}]` }

  /** @internal */
  partitionCount(asked: number | undefined, operator: string): number {
    return asked === undefined ? this.context.sparkContext.defaultParallelism : checkedCount(asked, operator)
  }

  private onRdds(f: (...args: unknown[]) => RDD<unknown> | null | undefined) {
    return (nodes: readonly RddNode[], time: Time): RddNode | null | undefined =>
      f(...nodes.map(node => new RDD(this.context.sparkContext, node)), time)?.node
  }
}

const one = (): number => 1
const isCounted = (pair: [unknown, number]): boolean => pair[1] !== 0

/** Overloads are told apart by how many parameters a function names; a number that fits no form is said. */
export function checkArity(operator: string, f: { length: number }, most: number, forms: string): void {
  if (f.length > most) throw new SparkError('ARGUMENT_INVALID', { operator, problem: `the function names ${f.length} parameters`, fix: `write it as ${forms}` })
}

/** Spark's two rules, in its words. */
function checkInterval({ operator, slideDuration: slide }: StreamNode, interval: Duration): void {
  if (interval.milliseconds > 0 && interval.isMultipleOf(slide)) return
  const problem = `The checkpoint interval for ${operator} has been set to ${interval} which is not a multiple of its slide time (${slide})`
  throw new SparkError('ARGUMENT_INVALID', { operator: 'checkpoint', problem, fix: `set it to a multiple of ${slide}` })
}

/**
 * Looking into a stream: the records of a batch at every operator that leads to it, a record's way, the last batches as a picture. All of it is
 * found by running batches again beside the live ones, so that nothing is noted while nobody looks.
 */
import { JobPromise } from '../core/job-promise.js'
import { fnRef } from '../plan/fn-ref.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { filter } from '../operators/narrow.js'
import { derived } from '../operators/streams.js'
import { call, userFn } from './calls.js'
import { difference, rowsOf, without } from './follow.js'
import { LiveDStream } from './live-dstream.js'
import { checkedCount } from './partitioner.js'
import type { Followed, Marble, Peeked, Trace } from './peeked.js'
import { chainTo } from './sight.js'
import { stateView, type StateView } from './state-view.js'
import { explainStream } from './stream-facts.js'
import type { Output } from './output.js'
import { WatchedTable, type Watched } from './watched.js'

// More is not compared: what became of a record is searched for in all rows.
const MOST_COMPARED = 1000
const MOST_FOLLOWED = 10

export abstract class LookedDStream<T> extends LiveDStream<T> {
  /**
   * The next batch at every operator that leads to this stream: how many records each gave, and the first `count` of them. With `last` the last batch
   * that was done. The stream need not have an output, and nothing that runs changes.
   * @throws HISTORY_EMPTY where the context does not run, or no batch is kept
   * @example
   * words.print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * const { steps } = await words.map(w => w.length).peek(2, { last: true })
   * steps.map(step => step.operator) // [ 'queueStream', 'map' ]
   * steps.at(-1)!.rows // [ 2, 2 ]
   */
  peek(count = 5, { last = false }: { readonly last?: boolean } = {}): Promise<Peeked> {
    const { context, called } = this.#looked()
    const sight = context.sight(checkedCount(count, 'peek'), true)
    const chain = (): StreamNode[] => chainTo([context.resolved(this.node)])
    const look = () => ({ plan: context.plan(), watches: sight.watches(chain()) })
    const steps = (time: Peeked['time']): Peeked => ({ stream: called(this.node) ?? this.node.operator, time, steps: chain().map(node => ({ operator: node.operator, name: called(node), ...sight.at(node, time) ?? { rows: [], more: false, records: undefined } })) })
    if (!last) return context.lookback().next(look).then(steps)
    const { batches: [batch], done, cancel } = context.lookback().lastOne(look())
    return JobPromise.of(done.then(() => steps(batch!.time)), cancel)
  }

  /**
   * Follows records: of the batches that are kept, the first one with records for which `fits` is true, and from it on what each stream that is
   * made from this one, and runs, held because of them.
   * @throws HISTORY_EMPTY
   * @example
   * words.map(w => [w, 1]).reduceByKey((a, b) => a + b).print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * const { records, traces } = await words.follow(w => w === 'be')
   * records // [ 'be' ]
   * traces.map(({ rows }) => rows) // [ [ [ 'be', 1 ] ], [ [ 'be', 1 ] ] ]
   */
  follow(fits: (record: T) => boolean): JobPromise<Followed> {
    const asked = userFn('follow', fits)
    let cancel = (_reason?: string): void => {}
    return JobPromise.of(this.#follow(filter(asked), filter(fnRef((record: unknown) => !(asked.fn as (record: unknown) => boolean)(record), 'follow', asked.site)), by => { cancel = by }), reason => cancel(reason))
  }

  /**
   * The last `count` batches as a picture: a column per batch, a row per operator that leads to this stream, in each the first records.
   * @throws HISTORY_EMPTY
   * @example
   * words.print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * clock.advance(1000)
   * await ssc.idle()
   * const { rows } = await words.map(w => w.length).marble()
   * rows.map(({ cells }) => cells.map(cell => cell!.rows)) // [ [ [ 'to', 'be', 'to' ], [] ], [ [ 2, 2, 2 ], [] ] ]
   */
  marble(count = 5): JobPromise<Marble> {
    const { context, called } = this.#looked()
    const sight = context.sight(MOST_FOLLOWED)
    const chain = chainTo([context.resolved(this.node)])
    const { batches, done, cancel } = context.lookback().last(checkedCount(count, 'marble', 'number of batches'), { plan: context.plan(), watches: sight.watches(chain) })
    const drawn = (): Marble => ({ times: batches.map(({ time }) => time), rows: chain.map(node => ({ operator: node.operator, name: called(node), cells: batches.map(({ time }) => sight.at(node, time) ?? null) })) })
    return JobPromise.of(done.then(drawn), cancel)
  }

  /**
   * The state that this stream keeps, as the next batch goes on from it: the first `count` keys, or that of one `key`. A stream that is made from
   * one with state, by map or filter say, gives that one's.
   * @throws STATE_NONE where no state is kept; HISTORY_EMPTY where the context does not run
   * @example
   * const counts = words.map(w => [w, 1]).updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length)
   * counts.print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * await counts.state({ key: 'to' }).then(({ rows }) => rows) // [ [ 'to', 2 ] ]
   */
  state({ key, count = 10 }: { readonly key?: unknown; readonly count?: number } = {}): JobPromise<StateView> {
    return stateView(this.context, this.madeByFunction, key, checkedCount(count, 'state', 'number of keys'))
  }

  /**
   * Calls `show` after each batch with a table of this stream: a row per key, its value and how it went over the last batches. An output like
   * others: `remove()` ends it.
   * @example
   * const watching = words.countByValue().watch(({ time, rows }) => console.log(time.milliseconds, rows.length))
   * watching.remove()
   */
  watch(show: (watched: Watched) => void, { rows = 50 }: { readonly rows?: number } = {}): Output {
    const table = new WatchedTable(checkedCount(rows, 'watch', 'number of rows'))
    const { sparkContext: sc } = this.context
    return this.context.output(this.node, call('watch'), async (rdd, time, { name }) => {
      const records = await sc.take(sc.rdd(rdd), rows + 1, 'watch')
      const seen = table.add(records.slice(0, rows))
      show({ stream: name, time, ...seen, more: seen.more || records.length > rows })
    })
  }

  /**
   * How this stream is made: a line per operator, with what is persisted and for how long it is remembered; then, once a batch has run, the rules that stand
   * for functions of a known form over such input. Nothing is computed.
   * @example
   * words.map(w => [w, 1]).persist().explain().split('\n').at(-1)!.split(': ').at(-1) // 'MEMORY_ONLY_SER'
   */
  explain(): string { return explainStream(this.context.resolved(this.node), this.context.plan(), node => this.context.nameOf(node), this.context.sparkContext, input => this.context.lastInput(input)) }

  async #follow(found: ReturnType<typeof filter>, rest: ReturnType<typeof filter>, cancellable: (cancel: (reason?: string) => void) => void): Promise<Followed> {
    const { context, called } = this.#looked()
    const plan = context.plan()
    const stream = context.resolved(this.node)
    const run = async (look: { watches: ReturnType<ReturnType<typeof context.sight>['watches']>; standIns?: ReadonlyMap<number, StreamNode> }) => {
      const { batches, done, cancel } = context.lookback().last(Infinity, { plan, ...look })
      cancellable(cancel)
      await done
      return batches
    }
    const fitting = derived(stream, found)
    const below = chainTo([...new Set(plan.outputs.map(({ parent }) => parent))]).filter(node => node !== stream && chainTo([node]).includes(stream))
    const [matches, as, less] = [context.sight(MOST_FOLLOWED), context.sight(MOST_COMPARED), context.sight(MOST_COMPARED)]
    const times = (await run({ watches: [...matches.watches([fitting]), ...as.watches(below)] })).map(({ time }) => time)
    const failure = times.map(time => matches.at(fitting, time)?.error).find(error => error !== undefined)
    if (failure !== undefined) throw failure
    const time = times.find(each => rowsOf(matches.at(fitting, each)).length > 0)
    if (!time) return { stream: called(stream) ?? stream.operator, time, records: [], traces: [] }
    const { standIn, lacking } = without(stream, time, rest)
    await run({ watches: less.watches(below.map(lacking)), standIns: new Map([[stream.id, standIn]]) })
    const traces = below.map(node => leaving(times.filter(each => each.greaterEq(time)).flatMap((each): Trace[] => {
      const [seen, other] = [as.at(node, each), less.at(lacking(node), each)]
      if (!seen && !other) return []
      return [{ time: each, operator: node.operator, name: called(node), rows: difference(rowsOf(seen), rowsOf(other)), instead: difference(rowsOf(other), rowsOf(seen)), more: !!seen?.more || !!other?.more }]
    }))).flat()
    return { stream: called(stream) ?? stream.operator, time, records: matches.at(fitting, time)!.rows, traces: traces.sort((a, b) => +a.time - +b.time) }
  }

  #looked() { return { context: this.context, called: (node: StreamNode) => this.context.nameOf(node) } }
}

/** Of one stream. That they leave is told of those that have held them for more than one batch. */
const leaving = (traces: readonly Trace[]): Trace[] => traces.filter((trace, i) => differs(trace) || (i > 1 && differs(traces[i - 1]!) && differs(traces[i - 2]!)))
const differs = ({ rows, instead }: Trace): boolean => rows.length > 0 || instead.length > 0

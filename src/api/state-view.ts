/** Reading the state of a stream: of what the next batch goes on from, some keys or one. The stream goes on meanwhile. */
import { SparkError } from '../core/errors.js'
import { JobPromise } from '../core/job-promise.js'
import { Time } from '../core/time.js'
import { snapshots } from '../operators/map-with-state.js'
import { carriesState, streamParents, type StreamNode } from '../plan/stream-plan.js'
import type { KeptRdd } from '../streaming/batch-runner.js'
import { call } from './calls.js'
import type { LookingContext } from './looking-context.js'
import type { RDD } from './rdd.js'

/** Keys with their states after the batch of that time. */
export interface StateView { readonly time: Time; readonly rows: readonly (readonly [key: any, state: any])[]; readonly more: boolean }

export function stateView(context: LookingContext, stream: StreamNode, key: unknown, count: number): JobPromise<StateView> {
  const lookback = context.lookback()
  const kept = carriedBy(context.resolved(stream), lookback.goesOnFrom)
  if (!kept) throw new SparkError('STATE_NONE', { stream: context.nameOf(stream) ?? stream.operator })
  const release = lookback.hold()
  const rows = states(context, kept)
  const job: JobPromise<any[]> = key === undefined ? rows.take(count + 1) : rows.lookup(key)
  const result = job.then(found => key === undefined ? found : found.map(state => [key, state])).then((found): StateView => ({ time: new Time(kept.timeMs), rows: found.slice(0, count) as StateView['rows'], more: found.length > count }))
  return JobPromise.of(result.finally(release), reason => job.cancel(reason))
}

/** Of the stream itself, or of the one that it is derived from, batch by batch. */
function carriedBy(stream: StreamNode, kept: readonly KeptRdd[]): KeptRdd | undefined {
  if (carriesState(stream)) return kept.find(({ node, carried }) => carried && node.id === stream.id)
  const [parent] = streamParents(stream)
  return parent && stream.kind === 'derive' ? carriedBy(parent, kept) : undefined
}

function states({ sparkContext: sc }: LookingContext, { node, rdd }: KeptRdd): RDD<[any, any]> {
  return sc.rdd(node.kind === 'state' && node.adopt ? snapshots(call('state'))(rdd) : rdd) as RDD<any>
}

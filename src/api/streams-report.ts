/**
 * The graph with the numbers of its last batch: what each stream gave, what it holds for later batches, and why. Records are counted when
 * one asks, by running that batch again; what is held is read off what the next batch goes on from.
 */
import type { Time } from '../core/time.js'
import { explainedStreams } from './stream-facts.js'
import type { LookingContext } from './looking-context.js'
import { carriesState, streamParents, type StreamNode, type WindowNode, type WindowedReduceNode } from '../plan/stream-plan.js'
import type { KeptRdd } from '../streaming/batch-runner.js'
import { heldBytes } from '../streaming/held-bytes.js'
import { shortly } from './batch-duration.js'
import { chainTo, innerOf, type Seen } from './sight.js'

/** What `ssc.streams()` gives: streams parents first, and the outputs that read them. */
export interface StreamsReport {
  readonly batch: { readonly time: Time; readonly records: number; readonly ms: number } | undefined
  readonly streams: readonly StreamReport[]
  readonly outputs: readonly { readonly operator: string; readonly stream: number; readonly site: string }[]
  /** Why there are no numbers, where there are none. */
  readonly note: string | undefined
}

/** One stream. `parents` are places in the list; without numbers where the stream had no RDD in the last batch, or no batch is kept. */
export interface StreamReport {
  readonly operator: string
  readonly name: string | undefined
  readonly site: string
  readonly parents: readonly number[]
  readonly records: number | undefined
  readonly partitions: number | undefined
  readonly ms: number | undefined
  readonly error?: unknown
  readonly holds: readonly HeldReport[]
}

/** Rows that later batches read: those of past batches, or the state. `why` is a phrase. */
export interface HeldReport { readonly fromMs: number; readonly toMs: number; readonly records: number; readonly bytes: number; readonly why: string }

export interface Numbers { readonly at: (stream: StreamNode) => Seen | undefined; readonly batch: StreamsReport['batch']; readonly kept: readonly KeptRdd[]; readonly note: string | undefined }

export function streamsReport(context: LookingContext, { at, batch, kept, note }: Numbers): StreamsReport {
  const { inputs, outputs } = context.plan()
  const streams = chainTo([...new Set([...inputs, ...outputs.map(({ parent }) => parent)])])
  const all = new Set(streams.flatMap(stream => [stream, ...innerOf(stream)]))
  const place = new Map(streams.flatMap((stream, i) => [[stream, i] as const, ...innerOf(stream).map(inner => [inner, i] as const)]))
  return {
    batch, note,
    streams: streams.map((stream, i): StreamReport => {
      const seen = at(stream)
      const parents = [stream, ...innerOf(stream)].flatMap(streamParents).map(parent => place.get(parent)!).filter(parent => parent !== i)
      return {
        ...explainedStreams(stream), name: context.nameOf(stream), parents: [...new Set(parents)],
        records: seen?.error === undefined ? seen?.records : undefined, partitions: seen?.partitions, ms: seen?.ms, ...seen?.error !== undefined ? { error: seen.error } : {},
        holds: [stream, ...innerOf(stream)].flatMap(node => held(node, kept, [...all])),
      }
    }),
    outputs: outputs.map(({ operator, parent, site }) => ({ operator, stream: place.get(parent)!, site: explainedStreams({ operator, site }).site })),
  }
}

function held(node: StreamNode, kept: readonly KeptRdd[], all: readonly StreamNode[]): HeldReport[] {
  const own = kept.filter(each => each.node.id === node.id)
  const past = own.filter(({ remembered }) => remembered)
  const readers = all.filter((each): each is WindowNode | WindowedReduceNode => (each.kind === 'window' || each.kind === 'windowedReduce') && streamParents(each).some(({ id }) => id === node.id))
  const state = own.filter(({ carried }) => carried && carriesState(node))
  return [
    ...past.length > 0 && readers.length > 0 ? [heldReport(past, [...new Set(readers.map(({ windowDuration }) => `window of ${shortly(windowDuration)}`))].join(', '))] : [],
    ...state.length > 0 ? [heldReport(state, node.kind === 'state' ? 'state' : 'the last window, from which the next is made')] : [],
  ]
}

function heldReport(kept: readonly KeptRdd[], why: string): HeldReport {
  const times = kept.map(({ timeMs }) => timeMs)
  const records = kept.reduce((sum, { rdd }) => sum + (rdd.kind === 'blocks' ? rdd.blocks.reduce((count, block) => count + block.records, 0) : rdd.kind === 'collection' ? rdd.slices.reduce((count, slice) => count + slice.length, 0) : 0), 0)
  return { fromMs: Math.min(...times), toMs: Math.max(...times), records, bytes: heldBytes(kept.map(({ rdd }) => rdd)), why }
}

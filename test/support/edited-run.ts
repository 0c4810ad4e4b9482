/** Runs a graph that is edited at random (edited-graph.ts), on a clock that goes by itself or by hand, and gives what came of it beside what the model says. */
import { EventBus } from '#src/core/events.js'
import { seededRandom } from '#src/core/random.js'
import { makeNode, type CollectionNode } from '#src/plan/rdd-plan.js'
import { ManualClock, Milliseconds, SparkContext, StreamingContext, SystemClock, type DStream, type InputSource } from '#src/index.js'
import { EditedGraph, type Row } from './edited-graph.ts'

const BATCH_MS = 200

export interface Played {
  readonly batchMs: number
  readonly times: readonly number[]
  readonly errors: readonly unknown[]
  readonly lateMs: number
  readonly outputs: readonly { readonly name: string; readonly found: unknown; readonly expected: unknown }[]
}

export async function playEdits({ seed, edits, byHand, sc = new SparkContext('local[2]', 'edits', new EventBus()) }: { seed: number; edits: number; byHand: boolean; sc?: SparkContext }): Promise<Played> {
  const random = seededRandom(seed)
  const clock = byHand ? new ManualClock(0) : new SystemClock()
  const ssc = new StreamingContext(sc, Milliseconds(BATCH_MS), { clock })
  const [times, errors, log]: [number[], unknown[], string[]] = [[], [], []]
  let lateMs = 0
  sc.events.on('batchCompleted', ({ timeMs, error, submissionMs, processingStartMs }) => {
    times.push(timeMs)
    lateMs = Math.max(lateMs, processingStartMs! - submissionMs)
    if (error) errors.push(error)
  })

  // The rows of both inputs are made where the batch is: so the model hears of batches and edits in the order in which they came.
  let rows: Row[][] = []
  const row = (): Row => [`k${Math.floor(random() * 4)}`, Math.floor(random() * 20)]
  const input = (at: number): DStream<Row> => ssc.inputStream<Row>(source(timeMs => {
    if (at === 0) {
      rows = [0, 1].map(() => Array.from({ length: Math.floor(random() * 6) }, row))
      graph.expect(timeMs, rows)
      log.push(`-- ${timeMs} --`)
    }
    return rows[at]!
  }))
  const graph = new EditedGraph(ssc, [input(0), input(1)], random)
  const edit = (): void => { log.push(graph.edit()) }
  const pause = async (): Promise<void> => {
    if (clock instanceof SystemClock) return new Promise(resolve => { setTimeout(resolve, random() * BATCH_MS / 2) })
    clock.advance(BATCH_MS)
    await ssc.idle()
  }
  for (let i = 0; i < 5; i++) edit()
  ssc.start()
  for (let i = 0; i < edits; i++) {
    if (random() < 0.5) await pause()
    edit()
  }
  await pause()
  await ssc.idle()
  await ssc.stop(true)
  const done = new Set(times)
  const outputs = graph.shown.map(({ of, seen, expected }) => {
    const first = [...new Set([...seen.keys(), ...expected.keys()])].filter(timeMs => done.has(timeMs) && !same(seen.get(timeMs), expected.get(timeMs))).sort((a, b) => a - b)[0]
    if (first === undefined) return { name: of.kind, found: undefined, expected: undefined }
    const at = log.indexOf(`-- ${first} --`)
    return { name: `${graph.describe(of)} at ${first}, after:\n${log.slice(Math.max(0, at - 30), at).join('\n')}`, found: seen.get(first), expected: expected.get(first) }
  })
  return { batchMs: BATCH_MS, times, errors, lateMs, outputs }
}

const same = (a: readonly Row[] | undefined, b: readonly Row[] | undefined): boolean => a !== undefined && b !== undefined && String(sorted(a)) === String(sorted(b))
const sorted = (rows: readonly Row[]): string[] => rows.map(row => JSON.stringify(row)).sort()

function source(rowsAt: (timeMs: number) => Row[]): InputSource {
  return {
    name: 'rows', start() {}, stop() {},
    batch(time) {
      const rows = rowsAt(time.milliseconds)
      return { rdd: makeNode<CollectionNode>({ kind: 'collection', slices: [rows], numPartitions: 1, partitioner: undefined, operator: 'rows', site: undefined }), records: rows.length }
    },
  }
}

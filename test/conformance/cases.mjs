/**
 * Conformance cases as data (the form is that of cases.json beside this file): runs a case on an engine, on a manual clock,
 * and compares what its stream yielded with what is expected.
 *
 * The kinds data, error, partitions and eventually run from the data alone. The other kinds are procedures: each is a test of
 * its own under its id. A case whose operators do not exist yet is not run, and says which operator it lacks.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tspark from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'
import { sameRows } from '#src/recording/compare.js'

const EXECUTABLE = new Set(['data', 'error', 'partitions', 'eventually'])

/** → { status: 'passed' | 'failed' | 'skipped', reason? } */
export async function runCase(conformanceCase, sc) {
  if (!EXECUTABLE.has(conformanceCase.kind)) return { status: 'skipped', reason: `a ${conformanceCase.kind} case: a test of its own` }
  const lacking = lacks(conformanceCase)
  if (lacking) return { status: 'skipped', reason: `needs ${lacking}, which does not exist yet` }
  const outcome = await runBatches(conformanceCase, sc)
  const difference = compare(conformanceCase, outcome)
  return difference ? { status: 'failed', reason: difference } : { status: 'passed' }
}

/**
 * Runs a case's batches, then again in hindsight, and gives what came of each, by time: live as they came, and rewound by `ssc.rewind`. With
 * `late` the batches run while nothing reads the inputs but a count, and the case's operation is added after the last of them.
 */
export async function rewindCase(conformanceCase, sc, { late = false } = {}) {
  const { params: { batchMs, numBatches } } = conformanceCase
  const live = new Map()
  const fresh = await runOnce(conformanceCase, sc, undefined, live)
  const clock = new tspark.ManualClock(0)
  const rewound = new Map()
  const again = async ssc => {
    if (late) build(conformanceCase, sc, clock, undefined, new Map(), ssc)
    for (const { time, outputs } of await ssc.rewind(numBatches, { rows: Infinity })) for (const { operator, rows, error } of outputs) {
      if (operator === 'foreachRDD') rewound.set(time.milliseconds, error ?? rows)
    }
  }
  const error = await runFor(numBatches * batchMs, conformanceCase, clock, () => late ? buildCounts(conformanceCase, sc, clock) : build(conformanceCase, sc, clock, undefined, new Map()), again)
  return { live: new Map([...live].map(([time, [rows]]) => [time, rows.flat()])), rewound, error: fresh.error ?? error }
}

/** An operator that the expression calls and that no class of ours has. */
function lacks({ operation }) {
  const names = [...operation.matchAll(/\.([a-z]\w*)\(/gi)].map(match => match[1])
  const types = [...Object.values(tspark).filter(value => typeof value === 'function'), Array, String, Number, Object, Map, Set]
  const known = new Set(types.flatMap(type => [...allNames(type), ...Object.getOwnPropertyNames(type)]))
  return names.find(name => !known.has(name))
}

function allNames(type) {
  const names = []
  for (let proto = type.prototype; proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) names.push(...Object.getOwnPropertyNames(proto))
  return names
}

async function runBatches(conformanceCase, sc) {
  const directory = conformanceCase.needsCheckpointDir || conformanceCase.recovery ? mkdtempSync(join(tmpdir(), 'tspark-conformance-')) : undefined
  try {
    return await (conformanceCase.recovery ? runTwice(conformanceCase, sc, directory) : runOnce(conformanceCase, sc, directory))
  } finally {
    if (directory) rmSync(directory, { recursive: true, force: true })
  }
}

async function runOnce(conformanceCase, sc, directory, outputs = new Map()) {
  const { batchMs, numBatches } = conformanceCase.params
  const clock = new tspark.ManualClock(0)
  const error = await runFor(numBatches * batchMs, conformanceCase, clock, () => build(conformanceCase, sc, clock, directory, outputs))
  return { batches: [...outputs.values()].map(([first]) => first), error }
}

/** Stops after some batches and goes on in a context that is made from the checkpoint; a batch that runs again must give the same. */
async function runTwice(conformanceCase, sc, directory) {
  const { params: { batchMs, numBatches }, recovery: { stopAfterBatches } } = conformanceCase
  const clock = new tspark.ManualClock(0)
  const outputs = new Map()
  const once = () => tspark.StreamingContext.getOrCreate(directory, () => build(conformanceCase, sc, clock, directory, outputs))
  const error = await runFor(stopAfterBatches * batchMs, conformanceCase, clock, once)
    ?? await runFor(numBatches * batchMs, conformanceCase, clock, once)
  const inOrder = [...outputs].sort(([a], [b]) => a - b)
  const changed = inOrder.find(([, [first, ...again]]) => again.some(rows => !same(rows.flat(), first.flat(), conformanceCase.ordered)))
  return { batches: inOrder.map(([, [first]]) => first), error: error ?? (changed && new Error(`the batch of ${changed[0]} ms gave ${show(changed[1])}`)) }
}

function build({ operation, inputs, params, recovery }, sc, clock, directory, outputs, ssc = new tspark.StreamingContext(sc, tspark.Milliseconds(params.batchMs), { clock })) {
  const { Seconds, Milliseconds, Minutes, StateSpec } = tspark
  if (directory) ssc.checkpoint(directory)
  const names = Object.keys(inputs)
  const streams = running.get(ssc) ?? inputsOf({ inputs, params }, ssc)
  const evaluate = new Function(...names, 'ssc', 'sc', 'Seconds', 'Milliseconds', 'Minutes', 'StateSpec', `return (${operation})`)
  const result = evaluate(...streams, ssc, sc, Seconds, Milliseconds, Minutes, StateSpec)
  if (recovery?.checkpointMs) result.checkpoint(Milliseconds(recovery.checkpointMs))
  result.foreachRDD(async (rdd, time) => {
    const rows = await rdd.glom().collect()
    outputs.set(time.milliseconds, [...outputs.get(time.milliseconds) ?? [], rows])
  })
  return ssc
}

const inputsOf = ({ inputs, params: { numPartitions } }, ssc) => Object.keys(inputs).map(name => ssc.inputStream(batchesSource({ batches: inputs[name], numPartitions })))

const running = new WeakMap()

/** The inputs alone. */
function buildCounts(conformanceCase, sc, clock) {
  const ssc = new tspark.StreamingContext(sc, tspark.Milliseconds(conformanceCase.params.batchMs), { clock })
  const streams = inputsOf(conformanceCase, ssc)
  for (const stream of streams) stream.print()
  running.set(ssc, streams)
  return ssc
}

/** Batch by batch until the clock shows `untilMs`; gives the first error. */
async function runFor(untilMs, { params: { batchMs } }, clock, open, before = async () => {}) {
  let ssc
  try {
    ssc = open()
    ssc.start()
    const waiting = ssc.awaitTermination().then(() => undefined, error => error)
    while (clock.now() < untilMs) {
      clock.advance(batchMs)
      await ssc.idle()
    }
    await before(ssc)
    await ssc.stop(false)
    return await waiting
  } catch (error) {
    return error
  } finally {
    await ssc?.stop(false).catch(() => {})
  }
}

/** What differs, as text; undefined where nothing does. */
function compare({ kind, expected, ordered, check, alsoOnce, expectError, expectedPartitions }, { batches, error }) {
  if (expectError) {
    const text = String(error?.message ?? error)
    return text.includes(expectError.messageContains) ? undefined : `expected an error with "${expectError.messageContains}", got ${error ? text : 'none'}`
  }
  if (error) return `expected ${show(expected)}, got the error ${error.stack ?? error}`
  const rows = batches.map(partitions => partitions.flat())
  if (kind === 'partitions') {
    const counts = batches.map(partitions => partitions.length)
    if (!same(counts, expectedPartitions, true)) return `expected ${show(expectedPartitions)} partitions, got ${show(counts)}`
  }
  if (alsoOnce && !rows.some(batch => same(batch, alsoOnce, false))) return `expected once ${show(alsoOnce)}, got ${show(rows)}`
  if (check === 'flattened') return same(rows.flat(), expected, false) ? undefined : `expected, over all batches, ${show(expected)}, got ${show(rows.flat())}`
  if (check === 'last') return same(rows.at(-1), expected.last ?? expected, false) ? undefined : `expected at last ${show(expected)}, got ${show(rows.at(-1))}`
  if (rows.length !== expected.length) return `expected ${expected.length} batches ${show(expected)}, got ${rows.length}: ${show(rows)}`
  const wrong = rows.findIndex((batch, i) => !same(batch, expected[i], ordered))
  return wrong < 0 ? undefined : `batch ${wrong + 1}: expected ${show(expected[wrong])}, got ${show(rows[wrong])}`
}

/** Equal as data: None is null in the cases and undefined in functions; without order, as multisets. */
const same = (got, expected, ordered) => Array.isArray(got) && Array.isArray(expected) && sameRows(got.map(normalized), expected.map(normalized), ordered)

function normalized(value) {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(normalized)
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalized(item)]))
  return value
}

const show = value => JSON.stringify(value)

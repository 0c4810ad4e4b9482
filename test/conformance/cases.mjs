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
import { keysEqual } from '#src/core/hash.js'

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

/** An operator that the expression calls and that no class of ours has. */
function lacks({ operation, recovery }) {
  if (recovery) return 'recovery from a checkpoint'
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

async function runBatches({ operation, inputs, params, needsCheckpointDir }, sc) {
  const { batchMs, numPartitions, numBatches } = params
  const clock = new tspark.ManualClock(0)
  const ssc = new tspark.StreamingContext(sc, tspark.Milliseconds(batchMs), { clock })
  const directory = needsCheckpointDir ? mkdtempSync(join(tmpdir(), 'tspark-conformance-')) : undefined
  if (directory) ssc.checkpoint(directory)
  const batches = []
  try {
    const names = Object.keys(inputs)
    const streams = names.map(name => ssc.inputStream(batchesSource({ batches: inputs[name], numPartitions })))
    const { Seconds, Milliseconds, Minutes, StateSpec } = tspark
    const evaluate = new Function(...names, 'ssc', 'sc', 'Seconds', 'Milliseconds', 'Minutes', 'StateSpec', `return (${operation})`)
    const result = evaluate(...streams, ssc, sc, Seconds, Milliseconds, Minutes, StateSpec)
    result.foreachRDD(async rdd => { batches.push(await rdd.glom().collect()) })
    ssc.start()
    const waiting = ssc.awaitTermination().then(() => undefined, error => error)
    for (let i = 0; i < numBatches; i++) {
      clock.advance(batchMs)
      await ssc.idle()
    }
    await ssc.stop(false)
    return { batches, error: await waiting }
  } catch (error) {
    return { batches, error }
  } finally {
    await ssc.stop(false).catch(() => {})
    if (directory) rmSync(directory, { recursive: true, force: true })
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
function same(got, expected, ordered) {
  if (!Array.isArray(got) || !Array.isArray(expected) || got.length !== expected.length) return false
  const normal = got.map(normalized)
  if (ordered) return normal.every((row, i) => keysEqual(row, normalized(expected[i])))
  const left = expected.map(normalized)
  return normal.every(row => {
    const at = left.findIndex(other => keysEqual(row, other))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

function normalized(value) {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(normalized)
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalized(item)]))
  return value
}

const show = value => JSON.stringify(value)

/**
 * A stream test as a row: input batches, an operation, expected batches. Works with any runner whose test function takes a
 * name and an async function; where the runner keeps it to itself, `operationTester(test)` takes it.
 */
import assert from 'node:assert/strict'
import type { DStream, SparkContext, StreamingContext } from '../index.js'
import { runBatches, type BatchRun } from './batches.js'

/** What test runners have: a name and a body. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown

type Batches<T> = readonly (readonly T[] | null)[]

/** One row: batches in, an operation, batches out. */
export interface OperationCase<T, T2, U> extends Pick<BatchRun<U>, 'batchMs' | 'numBatches' | 'numPartitions' | 'checkpointDir' | 'sc'> {
  /** One array per batch; null: the source gives no RDD then; exhausted: empty batches. */
  readonly input: Batches<T>
  /** For an operation on two streams. */
  readonly input2?: Batches<T2>
  readonly operation: (stream: DStream<T>, other: DStream<T2>, ssc: StreamingContext, sc: SparkContext) => DStream<U>
  /** What each RDD of the result holds. */
  readonly expected: readonly (readonly U[])[]
  /** Whether rows must come in this order; else each batch is compared as a multiset. Default: true. */
  readonly ordered?: boolean
}

/**
 * Registers a test with the runner's global `test`.
 *
 * @throws where there is none: use `operationTester(test)`
 * @example
 * testOperation('reduceByKey', {
 *   input:    [[['a', 1], ['a', 2]], [],   [['b', 5]]] as [string, number][][],
 *   operation: s => s.reduceByKey((a, b) => a + b),
 *   expected: [[['a', 3]],           [],   [['b', 5]]],
 * })
 */
export function testOperation<T, U, T2 = T>(name: string, row: OperationCase<T, T2, U>): void {
  const { test } = globalThis as { test?: TestFunction }
  if (!test) throw new Error("there is no global test function: const testOperation = operationTester(test), with your runner's test")
  operationTester(test)(name, row)
}

/**
 * testOperation over a runner's own test function, that of vitest or node:test for example.
 * @example
 * const testOperation = operationTester(test)
 */
export function operationTester(test: TestFunction) {
  return <T, U, T2 = T>(name: string, row: OperationCase<T, T2, U>): void => { test(name, () => checkOperation(row)) }
}

async function checkOperation<T, U, T2>(row: OperationCase<T, T2, U>): Promise<void> {
  const { input, input2, operation, expected, ordered = true, ...options } = row
  const yielded = await runBatches<U>({
    numBatches: Math.max(input.length, input2?.length ?? 0, expected.length),
    ...options,
    inputs: { s: input, t: input2 ?? [] },
    operation: ({ s, t }, ssc, sc) => operation(s!, t!, ssc, sc),
  })
  if (ordered) assert.deepStrictEqual(yielded, expected)
  else assert.deepStrictEqual(yielded.map(sorted), expected.map(sorted))
}

const sorted = (rows: readonly unknown[]): unknown[] => rows.map(row => [JSON.stringify(row), row] as const).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map(([, row]) => row)

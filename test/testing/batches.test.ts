/** The public test helpers, on the real engine: batches in, batches out. */
import { describe, expect, test } from 'vitest'
import { Seconds } from '#src/index.js'
import { operationTester, runBatches, testOperation as withGlobalTest } from '#src/testing/index.js'

const testOperation = operationTester(test)

describe('testOperation', () => {
  testOperation('map', { input: [[1, 2], [], [3]], operation: s => s.map(x => x * 10), expected: [[10, 20], [], [30]] })

  testOperation('reduceByKey', {
    input:    [[['a', 1], ['a', 2]], [],   [['b', 5]]] as [string, number][][],
    operation: s => s.reduceByKey((a, b) => a + b),
    expected: [[['a', 3]],           [],   [['b', 5]]],
  })

  testOperation('join of two streams', {
    input:     [[['a', 1]],        [['b', 2]]] as [string, number][][],
    input2:    [[['a', 'x']],      []] as [string, string][][],
    operation: (s, t) => s.join(t),
    expected:  [[['a', [1, 'x']]], []],
  })

  testOperation('window that drains after its input', { input: [[1], [2]], operation: s => s.window(Seconds(2)), expected: [[1], [1, 2], [2], []], ordered: false })

  testOperation('fewer RDDs than batches where the slide is longer', { input: [[1], [2], [3], [4]], operation: s => s.window(Seconds(2), Seconds(2)), expected: [[1, 2], [3, 4]] })

  testOperation('state', {
    input: [['a'], ['a', 'b'], []],
    operation: s => s.map(word => [word, 1]).updateStateByKey((values, state?: number) => values.reduce((a, b) => a + b, state ?? 0)),
    expected: [[['a', 1]], [['a', 2], ['b', 1]], [['a', 2], ['b', 1]]],
    ordered: false,
  })

  test('a wrong expectation fails, in order and without', async () => {
    const bodies: (() => Promise<void>)[] = []
    const collecting = operationTester((_name, body) => bodies.push(body))
    collecting('order', { input: [[1, 2]], operation: s => s, expected: [[2, 1]] })
    collecting('multiset', { input: [[1, 2]], operation: s => s, expected: [[2, 2]], ordered: false })
    collecting('number of batches', { input: [[1], [2]], operation: s => s, expected: [[1]] })
    for (const body of bodies) await expect(body()).rejects.toThrow('Expected values to be strictly deep-equal')
    expect(bodies.length).toBe(3)
  })

  test('without a global test function it says what to do', () => {
    expect(() => withGlobalTest('x', { input: [], operation: s => s, expected: [] })).toThrow('operationTester(test)')
  })
})

test('runBatches: slices, times and the error of a batch', async () => {
  const glommed = await runBatches({ inputs: { s: [[1, 2, 3, 4, 5]] }, operation: ({ s }) => s!.glom(), numPartitions: 2 })
  expect(glommed).toEqual([[[1, 2], [3, 4, 5]]])
  const times = await runBatches({ inputs: { s: [[1], [2]] }, batchMs: 500, operation: ({ s }) => s!.transform((rdd, time) => { const at = Number(time); return rdd.map(x => x * 10_000 + at) }) })
  expect(times).toEqual([[10_500], [21_000]])
  await expect(runBatches({ inputs: { s: [[1], null] }, operation: ({ s }) => s!.union(s!) })).rejects.toThrow('Could not generate RDD from a parent for unifying at time 2000 ms')
})

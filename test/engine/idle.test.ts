/** Tasks without rows: what is said of them without an executor is what an executor would have given. */
import { describe, expect, test } from 'vitest'
import { idleOutput } from '#src/engine/task/idle.js'
import { decodeRows } from '#src/engine/task/row-codec.js'
import { runTask } from '#src/engine/task/run.js'
import type { Ending, Piece, Step, Task } from '#src/engine/task/task.js'

const at = { operator: 'test', site: undefined }
const called = (): never => { throw new Error('called') }
const host = { fns: [called], nameClass: called }
const none: Piece = { kind: 'blocks', blocks: [] }
const chain = (...ops: Step['op'][]): Piece[] => [{ kind: 'chain', input: 1, steps: ops.map(op => ({ op, fn: 0, at, index: 0 })) }, none]
const by = { from: 'values', create: 0, mergeValue: 0 } as const

const WAYS: [string, readonly Piece[]][] = [
  ['nothing', [none]],
  ['no lines', [{ kind: 'lines', buffer: new SharedArrayBuffer(0), byteLength: 0 }]],
  ['a chain', chain('map', 'filter', 'flatMap', 'mapValues', 'flatMapValues')],
  ['inputs one after another', [{ kind: 'concat', inputs: [1, 2] }, none, none]],
  ['sums', [{ kind: 'aggregate', input: 1, at, by }, none]],
  ['a sort', [{ kind: 'sort', input: 1, at, ascending: true, compare: 0 }, none]],
  ['a cogroup', [{ kind: 'cogroup', inputs: [1, 2], at }, none, none]],
]
const ENDINGS: Ending[] = [
  { kind: 'collect' }, { kind: 'take', n: 3 }, { kind: 'count' }, { kind: 'foreach', fn: 0 }, { kind: 'reduce', fn: 0 }, { kind: 'sample', size: 5, seed: 1 },
  { kind: 'exchange', placement: { kind: 'hash', numPartitions: 3 }, combine: by },
]
const seen = (output: ReturnType<typeof idleOutput>): unknown => output?.kind === 'rows' ? output.blocks.map(block => [block.records, decodeRows(block)]) : output

describe.each(WAYS)('%s', (_, pieces) => {
  test.each(ENDINGS)('$kind', ending => {
    const task: Task = { pieces, ending, at }
    expect(seen(idleOutput(task))).toEqual(seen(runTask(task, host) as ReturnType<typeof idleOutput>))
    expect(idleOutput(task)).toBeDefined()
  })
})

const collect: Ending = { kind: 'collect' }
test.each<[string, Task]>([
  ['a function of whole partitions', { pieces: chain('map', 'mapPartitions'), ending: collect, at }],
  ['glom, which makes a row of nothing', { pieces: chain('glom'), ending: collect, at }],
  ['a file', { pieces: [{ kind: 'wholeFile', path: 'none' }], ending: collect, at }],
  ['zip', { pieces: [{ kind: 'zip', inputs: [1], at, fn: 0, index: 0 }, none], ending: collect, at }],
  ['an apply', { pieces: [none], ending: { kind: 'apply', fn: 0, index: 0 }, at }],
  ['a line', { pieces: [{ kind: 'lines', buffer: new SharedArrayBuffer(2), byteLength: 2 }], ending: collect, at }],
])('is run: %s', (_, task) => { expect(idleOutput(task)).toBeUndefined() })

/** What travels between driver, JVM and workers, as bytes and text; and where a stage's rows come from. */
import { describe, expect, test } from 'vitest'
import { absolute, fromText, relative, toText, type Shape } from '#src/engine/spark/command.js'
import { addressIn } from '#src/engine/spark/gateway.js'
import { inputOf, type Source, type TaskRead } from '#src/engine/spark/inputs.js'
import { FrameSplitter, headerBytes, int32, readHeader, utf } from '#src/engine/spark/wire-format.js'
import { decodeUpdate, encodeUpdate, failureText, toldIn } from '#src/engine/spark/worker/telling.js'

describe('frames', () => {
  const bytes = Buffer.concat([utf('ok'), utf(''), int32(-1), utf('a longer one'), int32(-3), utf('z')])

  test.each([1, 2, 3, 5, 7, 64])('come whole, in pieces of %i bytes', size => {
    const splitter = new FrameSplitter()
    const found: string[] = []
    for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)).map(String))
    expect(found).toEqual(['ok', '', 'a longer one', 'z'])
    expect(splitter.isBetweenFrames).toBe(true)
  })

  test('one that is cut off is noticed', () => {
    const splitter = new FrameSplitter()
    expect(splitter.push(bytes.subarray(0, 5))).toEqual([])
    expect(splitter.isBetweenFrames).toBe(false)
  })

  test('headers', () => {
    const header = { source: 2 ** 31, partition: 7, sequence: 2, records: 4096 }
    expect(readHeader(headerBytes(header))).toEqual(header)
  })

  test('the address of a gateway', () => {
    expect(addressIn(Buffer.concat([int32(45613), utf('s3cret')]))).toEqual({ port: 45613, secret: 's3cret' })
  })
})

test('a command is text, and its bytes and odd values come back', () => {
  const bounds = new SharedArrayBuffer(3)
  new Uint8Array(bounds).set([1, 2, 255])
  const command = { a: [bounds, new Uint8Array([7]).buffer], $bytes: 'no bytes', __proto__x: 1, nested: { $bytes: 3 } }
  const back = fromText(toText(command)) as typeof command
  expect(back).toEqual(command)
  expect([back.a[0] instanceof SharedArrayBuffer, back.a[1] instanceof ArrayBuffer]).toEqual([true, true])
})

test('shapes count with their partition', () => {
  const at = { operator: 'map', site: undefined }
  const shape: Shape = {
    pieces: [{ kind: 'chain', input: 1, steps: [{ op: 'mapPartitions', fn: 0, at, index: 5 }] }, { kind: 'blocks', blocks: [] }],
    reads: [{ slot: 1, source: 3, partition: 5, as: 'rows' }, { slot: 1, source: 4, partition: 'all', as: 'rows' }], ending: { kind: 'apply', fn: 1, index: 5 }, at, rule: undefined, functions: 0,
  }
  const first = relative(shape, 5)
  expect(first).toMatchObject({ pieces: [{ steps: [{ index: 0 }] }, {}], reads: [{ partition: 0 }, { partition: 'all' }], ending: { index: 0 } })
  expect(absolute(first, 5)).toEqual(shape)
})

describe('what workers tell', () => {
  test('updates', () => {
    const update = { deltas: [[3, new Map([['a', [1, 2]]])], [4, -0]] as [number, unknown][], printed: [{ stream: 'stdout' as const, text: 'é\n' }] }
    expect(decodeUpdate(encodeUpdate(update))).toEqual(update)
  })

  test('a failure, found again in what Java makes of it', () => {
    const told = { failure: { at: { operator: 'map', site: undefined }, record: '5', error: 'Error: é\n:', stack: 'Error: é\n    at f (a.ts:1:2)', refusal: undefined }, printed: [] }
    const java = `org.apache.spark.SparkException: Job aborted due to stage failure: Task 0\n\tat x\nCaused by: PythonException: 'Traceback: ${failureText(told)}'. Full traceback below:\n\tat y`
    expect(toldIn(java)).toEqual(JSON.parse(JSON.stringify(told)))
    expect(toldIn('tspark-failure: none')).toBeUndefined()
  })
})

describe('where a stage has its rows from', () => {
  const source = (number: number, partitions: number, placed = false): Source => ({ number, partitions, isExchange: placed, placed, as: 'rows' })
  const [a, b, x, y] = [source(1, 2), source(2, 3), source(3, 2, true), source(4, 2, true)]
  const all = (of: Source): TaskRead[][] => Array.from({ length: of.partitions }, (_, partition) => [{ source: of, partition }])
  const beside = (...sources: Source[]): TaskRead[][] => [0, 1].map(partition => sources.map(of => ({ source: of, partition })))

  const ROWS: [string, TaskRead[][], object, boolean][] = [
    ['nowhere', [[], []], { kind: 'none', partitions: 2 }, false],
    ['one, as it is', all(b), { kind: 'chain', sources: [2] }, false],
    ['one that is placed', all(x), { kind: 'chain', sources: [3] }, true],
    ['the same twice in a task', beside(a, a), { kind: 'chain', sources: [1] }, false],
    ['one after another, with files between', [...all(a), [], [], ...all(b)], { kind: 'chain', sources: [1, -2, 2] }, false],
    ['two that are placed alike, one after another', [...all(x), ...all(y)], { kind: 'chain', sources: [3, 4] }, false],
    ['two that are placed alike, side by side', beside(x, y), { kind: 'merged', sources: [3, 4] }, true],
    ['side by side, one not placed', beside(x, a), { kind: 'gathered', sources: [3, 1], partitions: 2 }, false],
    ['a part of one', [[{ source: b, partition: 1 }]], { kind: 'gathered', sources: [2], partitions: 1 }, false],
    ['some together', [[{ source: b, partition: 0 }, { source: b, partition: 1 }], [{ source: b, partition: 2 }]], { kind: 'gathered', sources: [2], partitions: 2 }, false],
  ]
  test.each(ROWS)('%s', (_, reads, input, placed) => { expect(inputOf(reads)).toMatchObject({ input, placed }) })

  test('a shuffle brings each partition to all tasks that want it', () => {
    const { input } = inputOf([0, 1].flatMap(i => [0, 1, 2].map(j => [{ source: a, partition: i }, { source: b, partition: j }])))
    expect(fromText((input as { command: string }).command)).toEqual({ kind: 'forward', partitions: [0, 1, 0, 1, 2], targets: [[0, 1, 2], [3, 4, 5], [0, 3], [1, 4], [2, 5]] })
  })
})

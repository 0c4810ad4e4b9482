/** A program recorded and played again under tspark-submit: as it was, changed, and with files that are none. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkBatch } from '#src/recording/check-batch.js'
import { Recorder } from '#src/recording/recorder.js'
import { readRecording, type RecordedBatch } from '#src/recording/recording.js'
import type { Encoded } from '#src/recording/rows.js'
import { program, runSubmit } from '../support/programs.js'

const PROGRAM = `
import { Milliseconds, SparkContext, StreamingContext } from 'tspark'

const sc = SparkContext.getOrCreate()
const ssc = new StreamingContext(sc, Milliseconds(100))
const [, , by = '1'] = process.argv
const words = ssc.queueStream([['to be', 'or not'], [], ['be \\u001b[2J']]).flatMap(line => line.split(' '))
const counts = words.map(word => [word, word === 'be' ? Number(by) : 1]).reduceByKey((a, b) => a + b)
counts.print()
counts.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)).print()
const seen = sc.longAccumulator()
words.map(word => { seen.add(1); return word }).foreachRDD(async rdd => { console.log('words', await rdd.count()) })
ssc.start()
await ssc.awaitTermination()
console.log('seen', seen.value)
`

const dir = program({ 'count.ts': PROGRAM })
const submit = (...words: string[]) => runSubmit(words, { cwd: dir })

test('a program is recorded, and played with what came: the same, and changed', async () => {
  const live = await submit('--once', '--record', 'count.record', 'count.ts')
  expect(live).toMatchObject({ code: 0, stderr: expect.stringMatching(/recorded: 3 batches in count\.record; tspark-submit --compare count\.record plays them\n$/) as string })
  expect(live.stdout).toContain('(be,1)')
  expect(live.stdout).toMatch(/seen 6\n$/) // each record once
  const { head, batches } = await readRecording(join(dir, 'count.record'))
  expect(batches.map(({ inputs }) => inputs)).toEqual([[[['to be'], ['or not']]], [[[], []]], [[[], ['be \u001b[2J']]]])
  expect(batches.map(({ time }) => time - head.zeroMs)).toEqual([100, 200, 300])
  expect(batches[2]!.outputs.map(output => output!.rows.length)).toEqual([2, 5, 2])

  const [again, changed] = await Promise.all([submit('--compare', 'count.record', 'count.ts'), submit('--compare', 'count.record', 'count.ts', '2')])
  expect(again).toMatchObject({ code: 0, stdout: 'words 4\nwords 0\nwords 2\nseen 6\n', stderr: expect.stringMatching(/as recorded: 3 batches\n$/) as string })
  expect(changed.code).toBe(1)
  expect(changed.stderr.slice(changed.stderr.indexOf('SparkError'))).toMatch(new RegExp(String.raw`^SparkError \[RECORDING_DIFFERS\]: the batch of ${batches[0]!.time} ms is not as it was recorded: print of reduceByKey at .*count\.ts:9
  recorded, and not there now: \(be,1\)
  there now, and not recorded: \(be,2\)
  fix: look for what depends on more than the inputs`))
}, 60_000)

test('a file that is there is not written over', () => {
  writeFileSync(join(dir, 'there.record'), 'mine')
  expect(() => new Recorder(join(dir, 'there.record'))).toThrow(expect.objectContaining({ code: 'RECORDING_REFUSED' }) as Error)
  expect(readFileSync(join(dir, 'there.record'), 'utf8')).toBe('mine')
})

describe('a batch beside its recording', () => {
  const site = undefined
  const had = (rows: readonly Encoded[], ordered = false) => [new Map([[100, { rows, ordered, what: 'print of map', site }]])]
  const BATCH = { time: 100, inputs: [[]], outputs: [{ rows: ['a', 'b'], ordered: true }] }
  const check = (rows: readonly Encoded[], ordered: boolean, batch: RecordedBatch = BATCH, error?: unknown) => (): void => checkBatch(batch, { inputs: 1, outputs: had(rows, ordered) }, error)
  test.each<[string, () => void, string]>([
    ['another order, where one is promised', check(['b', 'a'], true), 'print of map\n  recorded, in this order: a b\n  now: b a'],
    ['many rows', check(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], true), 'print of map\n  recorded, and not there now: nothing\n  there now, and not recorded: c d e f g and 1 more'],
    ['not due before', check([], true, { ...BATCH, outputs: [null] }), 'print of map\n  recorded: it was not due\n  now: nothing'],
    ['fails now', check([], true, BATCH, new Error('no\u001b[2J')), 'the batch\n  recorded: it succeeded\n  now: it failed: no\u001b[2J'],
    ['more outputs', check([], true, { ...BATCH, outputs: [null, null] }), 'the recording has 2 outputs and the program 1'],
    ['more inputs', check([], true, { ...BATCH, inputs: [] }), 'the recording has 0 inputs and the program 1'],
  ])('%s', (_, act, expected) => { expect(act).toThrow(expected) })
  test('the same; another order where none is promised; a failure that was recorded', () => {
    for (const act of [check(['a', 'b'], true), check(['b', 'a'], false), check([], true, { ...BATCH, error: 'no' }, new Error('no'))]) expect(act).not.toThrow()
  })
})

describe('a file that is no recording', () => {
  const HEAD = { recording: 1, batchMs: 100, zeroMs: 0, parallelism: 2 }
  test.each<[string, readonly unknown[]]>([
    ['empty', []], ['of another version', [{ ...HEAD, recording: 2 }]], ['without batches', [HEAD]], ['with a batch that is none', [HEAD, { time: 100, inputs: [], outputs: [{}] }]],
    ['with inputs that are none', [HEAD, { time: 100, inputs: ['a'], outputs: [] }]], ['with a list', [[], []]],
  ])('%s', async (name, lines) => {
    const file = join(dir, `${name}.record`)
    writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    await expect(readRecording(file)).rejects.toMatchObject({ code: 'RECORDING_UNREADABLE' })
  })
  test('not there', async () => { await expect(readRecording(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'RECORDING_UNREADABLE' }) })
})

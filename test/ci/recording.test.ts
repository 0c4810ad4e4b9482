/** A program recorded on one engine and played on the other: the same; programs that cannot be compared. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeOf, SPARKS } from '../support/real-spark.ts'
import { program, runSubmit } from '../support/programs.js'

const PROGRAM = `
import { Milliseconds, SparkContext, StreamingContext } from 'tspark'

const ssc = new StreamingContext(SparkContext.getOrCreate(), Milliseconds(500))
const lines = ssc.queueStream([['to be', 'or not', 'to be'], ['that is'], [], ['the question']])
const words = lines.flatMap(line => line.split(' '))
words.map(word => [word, 1]).reduceByKey((a, b) => a + b).print()
words.map(word => [word, 0.1]).updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)).print()
words.map(word => word.length).reduceByWindow((a, b) => a + b, Milliseconds(1000), Milliseconds(1000)).print()
words.transform(rdd => rdd.sortBy(word => word)).print()
words.mapPartitions(part => [[...part].join('')]).print()
ssc.start()
await ssc.awaitTermination()
`

const [first] = SPARKS
test.skipIf(first!.skip)(`recorded here, played on ${first!.name}, and the other way round`, async () => {
  const dir = program({ 'words.ts': PROGRAM, 'changed.ts': PROGRAM.replace('0.1', '0.2') })
  const submit = (...words: string[]) => runSubmit(words, { cwd: dir, env: { SPARK_HOME: homeOf(first!.version) } })
  const spark = ['--engine', 'spark', '--master', 'local[2]']
  expect(await submit('--once', '--record', 'here.record', join(dir, 'words.ts'))).toMatchObject({ code: 0 })
  expect(await submit(...spark, '--compare', 'here.record', 'words.ts')).toMatchObject({ code: 0, stderr: expect.stringMatching(/as recorded: 4 batches\n$/) as string })
  expect(await submit(...spark, '--compare', 'here.record', 'changed.ts')).toMatchObject({ code: 1, stderr: expect.stringMatching(/RECORDING_DIFFERS\]: the batch of \d+ ms is not as it was recorded: print of updateStateByKey at .*changed\.ts:8\n {2}recorded, and not there now: .*\(to,0\.2\)/) as string })
  expect(await submit(...spark, '--once', '--record', 'there.record', 'words.ts')).toMatchObject({ code: 0 })
  expect(await submit('--compare', 'there.record', 'words.ts')).toMatchObject({ code: 0, stderr: expect.stringMatching(/as recorded: \d+ batches\n$/) as string })
})

test('another program is refused; what runs no batch leaves no file', async () => {
  const dir = program({ 'words.ts': PROGRAM, 'none.ts': 'console.log(1)', 'long.ts': PROGRAM.replace('(500)', '(200)') })
  const submit = (...words: string[]) => runSubmit(words, { cwd: dir })
  writeFileSync(join(dir, 'one.record'), `${JSON.stringify({ recording: 1, batchMs: 500, zeroMs: 1000, parallelism: 2 })}\n${JSON.stringify({ time: 1500, inputs: [[['a']], [['b']]], outputs: [{ rows: [['a', 1]] }] })}\n`)
  const [other, none, long, empty] = await Promise.all([
    submit('--compare', 'one.record', 'words.ts'), submit('--compare', 'one.record', 'none.ts'), submit('--compare', 'one.record', 'long.ts'), submit('--record', 'none.record', 'none.ts')])
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('RECORDING_REFUSED]: the recording has 2 inputs and the program 1') as string })
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('RECORDING_REFUSED]: the program starts no StreamingContext') as string })
  expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining('batches are of 200 ms, the recorded ones of 500 ms') as string })
  expect(empty).toMatchObject({ code: 0, stderr: 'nothing is recorded: no batch was done\n' })
  expect(existsSync(join(dir, 'none.record'))).toBe(false)
})

/** What `.save x.test.ts` writes: three sessions whose tests pass under vitest by themselves, and fail once an expectation is changed. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openContexts, type Contexts } from '#prelude/contexts.js'
import { declarations } from '#prelude/names.js'
import { ManualClock } from '#src/core/clock.js'
import { surroundings } from '#src/core/wiring.js'
import { StreamingContext } from '#src/index.js'
import { save } from '#src/repl/keep/save.js'
import { Session } from '#src/repl/session.js'
import { program, ROOT, runNode } from '../support/programs.js'

const FLAGS = { master: 'local[2]', batchMs: 1000, conf: [] }

let contexts: Contexts
let session: Session
const clock = new ManualClock(0)

beforeAll(async () => {
  surroundings.clock = clock as never
  contexts = openContexts({ ...FLAGS, name: 'save' })
  session = new Session({ prelude: { values: contexts.values, declarations: declarations() }, locale: 'en' })
  await session.ready
})
afterAll(async () => { await contexts.stop({ gracefully: false }); await session.close() })

const SESSIONS: Readonly<Record<string, readonly string[]>> = {
  words: ['const lines = ssc.queueStream([["to be"], ["or not to be"]])', 'const counts = lines.flatMap(line => line.split(" ")).map(word => [word, 1]).reduceByKey((a, b) => a + b)', 'counts.print()', 'ssc.start()', 'tick', 'lines.count().print()', 'tick', 'expect(counts).at(2000).toEqual([["to", 1], ["be", 1], ["or", 1], ["not", 1]])', 'expect(counts).at(7000).toEqual([])', 'ssc.stop()'],
  state: ['type Pair = [string, number]', 'const pairs = ssc.queueStream<Pair>([[["a", 1], ["b", 5]], [["a", 2]], []])', 'const sums = pairs.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0))', 'sums.print()', 'ssc.start()', 'expect(sums).at(4000).toEqual([["a", 3], ["b", 5]])', 'tick', 'tick', 'tick'], // at 3000, 4000 and 5000
  window: ['import { Seconds, StreamingContext } from "tspark"', 'const mine = new StreamingContext(sc, Seconds(1))', 'const numbers = mine.queueStream([[1, 2], [3], [4]])', 'const others = mine.queueStream([[10], []])', 'numbers.union(others).reduceByWindow((a, b) => a + b, Seconds(2), Seconds(2)).print()', 'mine.start()', 'tick', 'tick', 'numbers.replace(others)', 'tick', 'tick'],
}

async function saved(lines: readonly string[], file: string): Promise<string> {
  await contexts.closeStreams()
  await session.reset()
  for (const line of lines) {
    if (line !== 'tick') { await session.evaluate(line); continue }
    clock.advance(1000)
    await contexts.context.idle()
  }
  return save(file, { statements: session.kept(), context: StreamingContext.getActive() ?? StreamingContext.last ?? contexts.context, flags: FLAGS })
}

test('saved tests pass, and fail when an expectation is changed', async () => {
  const dir = program({ 'package.json': '{ "type": "module" }' })
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(ROOT, join(dir, 'node_modules/tspark'), 'dir')
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(dir, 'node_modules/vitest'), 'dir')
  for (const [name, lines] of Object.entries(SESSIONS)) expect(await saved(lines, join(dir, `${name}.test.ts`))).toContain(`${name}.test.ts with ${lines.filter(line => line === 'tick').length} batches`)
  const text = readFileSync(join(dir, 'words.test.ts'), 'utf8')
  expect(text).toContain('["(be,1)","(to,1)"],["1"]')
  writeFileSync(join(dir, 'changed.test.ts'), text.replace('"(be,1)"', '"(be,7)"'))
  expect(text).toContain('expect(counts).at(2000)')
  expect(readFileSync(join(dir, 'state.test.ts'), 'utf8')).toContain('{ fromMs: 3000 }')
  writeFileSync(join(dir, 'expected.test.ts'), text.replace('["or", 1]', '["or", 5]'))
  const { stdout, stderr } = await runNode([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', dir, '--reporter=json'], { cwd: dir })
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"numTotal'))) as { testResults: { name: string; status: string; message: string }[] }
  expect(testResults.map(({ name, status, message }) => [name.replace(/^.*\//, ''), status, status === 'failed' && !/changed|expected/.test(name) ? message + stderr : '']).sort()).toEqual([
    ['changed.test.ts', 'failed', ''], ['expected.test.ts', 'failed', ''], ['state.test.ts', 'passed', ''], ['window.test.ts', 'passed', ''], ['words.test.ts', 'passed', ''],
  ])
}, 240_000)

test('what cannot be a test is said, and nothing is written', async () => {
  const file = join(program({}), 'none.test.ts')
  await expect(saved(['const n = 1'], file)).rejects.toThrow('the stream has not run yet')
  await expect(saved(['ssc.queueStream([[new Map([[1, 2]])]]).count().print()', 'ssc.start()', 'tick'], file)).rejects.toThrow('that can be written down')
  await expect(saved(['ssc.queueStream([Array.from({ length: 1001 }, (_, i) => i)]).count().print()', 'ssc.start()', 'tick'], file)).rejects.toThrow('more than 1000 records')
}, 60_000)

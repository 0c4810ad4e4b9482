/** What `.save` writes: sessions as rows of lines, the program that must come of them; and three of them run by themselves. */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openContexts, type Contexts } from '#prelude/contexts.js'
import { declarations } from '#prelude/names.js'
import { save, type ShellFlags } from '#src/repl/keep/save.js'
import { Session } from '#src/repl/session.js'
import { program, runSubmit } from '../support/programs.js'

const FLAGS: ShellFlags = { master: 'local[2]', batchMs: 1000, conf: [] }
const SC = "const sc = SparkContext.getOrCreate(new SparkConf().setIfMissing('spark.master', 'local[2]'))"
const SSC = 'const ssc = new StreamingContext(sc, Milliseconds(1000))'

let contexts: Contexts
let session: Session

beforeAll(async () => {
  contexts = openContexts({ ...FLAGS, name: 'save' })
  session = new Session({ prelude: { values: contexts.values, declarations: declarations() }, locale: 'en' })
  await session.ready
})
afterAll(async () => { await contexts.stop({ gracefully: false }); await session.close() })

/** The lines entered in a fresh session, and the program without its title. */
async function saved(lines: readonly string[], file = join(program({}), 'saved.ts'), flags = FLAGS): Promise<string> {
  await contexts.closeStreams()
  await session.reset()
  for (const line of lines) if (line === '.undo') contexts.context.undo(); else await session.evaluate(line)
  await save(file, { statements: session.kept(), context: contexts.context, flags })
  return readFileSync(file, 'utf8').replace(/^\/\/ Saved from tspark-shell\. .*\n/, '')
}

/** name, lines, the program. */
const ROWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['jobs are awaited, and print what was shown', ['const n = sc.range(5).count()', 'n + 1', 'sc.range(n).take(2)'], [SC, '', 'const n = await sc.range(5).count()', 'console.log(await sc.range(n).take(2))']],
  ['what failed, was refused or only looked leaves no trace', ['const a = 1', 'a', 'a.length', 'throw new Error("no")', 'const twice = (n: number) => n * 2', 'twice', '({ a })'], ['const a = 1', 'const twice = (n: number) => n * 2']],
  ['the last of a name that nothing else reads', ['const k = 1', 'const k = "two"', 'console.log(k)'], ['const k = "two"', 'console.log(k)']],
  ['names that are still read in two forms', ['const k = 2', 'const f = (n: number) => ({ n, k })', 'const k = 3', 'console.log(f(1).k, { k }, { k: f })'], ['const k1 = 2', 'const f = (n: number) => ({ n, k: k1 })', 'const k = 3', 'console.log(f(1).k, { k }, { k: f })']],
  ['a name that a number would give is passed over', ['const k = 1', 'const f = (k1: number) => k + k1', 'const k = 3', 'f(k)'], ['const k2 = 1', 'const f = (k1: number) => k2 + k1', 'const k = 3', 'f(k)']],
  ['functions and classes by their own name', ['function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }', 'const six = fact(3)', 'function fact(n: number): number { return n ? n * fact(n - 1) : 1 }', 'console.log(six, fact(3))'], ['function fact1(n: number): number { return n < 2 ? 1 : n * fact1(n - 1) }', 'const six = fact1(3)', 'function fact(n: number): number { return n ? n * fact(n - 1) : 1 }', 'console.log(six, fact(3))']],
  ['assignments, comments, types', ['let sum = 0', '// counts\nfor (const n of [1, 2]) sum += n', 'sum = sum * 2', 'interface Point { readonly x: number }', 'const at: Point = { x: sum }', 'type Rows = RDD<Point>'], ['let sum = 0', '// counts', 'for (const n of [1, 2]) sum += n', 'sum = sum * 2', 'interface Point { readonly x: number }', 'const at: Point = { x: sum }', 'type Rows = RDD<Point>']],
  ['imports of the package and of others', ['import { Seconds } from "tspark"', 'import { basename as base } from "node:path"', 'import fs, { statSync } from "node:fs"', 'console.log(base("/a/b"), Seconds(1), typeof fs, typeof statSync, Minutes(1))'], ["import { Minutes, Seconds } from 'tspark'", "import { basename as base } from 'node:path'", "import fs from 'node:fs'", "import { statSync } from 'node:fs'", '', 'console.log(base("/a/b"), Seconds(1), typeof fs, typeof statSync, Minutes(1))']],
  ['a stream: the start is at the end', ['const words = ssc.queueStream([["a"]])', 'words.print()', 'ssc.start()', 'const out = words.count().print()', 'ssc.stop()'], [SC, SSC, '', 'const words = ssc.queueStream([["a"]])', 'words.print()', 'const out = words.count().print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['a context of one\'s own', ['const mine = new StreamingContext(sc, Seconds(2))', 'mine.queueStream([["a"]]).print()', 'mine.start()'], [SC, '', 'const mine = new StreamingContext(sc, Seconds(2))', 'mine.queueStream([["a"]]).print()', '', 'mine.start()', 'await mine.awaitTermination()']],
  ['undone changes are left out', ['const words = ssc.queueStream([["a"]])', 'const printed = words.print()', 'words.count().print()', '.undo', 'const shout = words.map(w => w + "!")', 'shout.print()', 'shout.replace(w => w + "?")', '.undo', 'printed.remove()', '.undo'], [SC, SSC, '', 'const words = ssc.queueStream([["a"]])', 'const printed = words.print()', 'const shout = words.map(w => w + "!")', 'shout.print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['a removed output', ['const words = ssc.queueStream([["a"]])', 'const printed = words.print()', 'words.count().print()', 'printed.remove()'], [SC, SSC, '', 'const words = ssc.queueStream([["a"]])', 'words.count().print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['a removed input', ['const words = ssc.queueStream([["a"]])', 'const more = ssc.queueStream([["b"]])', 'words.print()', 'more.remove()'], [SC, SSC, '', 'const words = ssc.queueStream([["a"]])', 'words.print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['another function stands where the old one stood', ['const words = ssc.queueStream([["a b"]]).flatMap(line => line.split(" "))', 'words.print()', 'const upper = (w: string) => w.toUpperCase().split(" ")', 'words.replace(line => line.split("b"))', 'words.replace(upper)'], [SC, SSC, '', 'const upper = (w: string) => w.toUpperCase().split(" ")', 'const words = ssc.queueStream([["a b"]]).flatMap(upper)', 'words.print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['another stream stands where the old one stood', ['const lines = ssc.queueStream([["a b"]])', 'const words = lines.flatMap(l => l.split(" "))', 'const counts = words.count()', 'counts.print()', 'ssc.start()', 'const words = lines.flatMap(l => l.split("b"))', 'replace(words)', 'counts.replace(words.map(w => w.length))'], [SC, SSC, '', 'const lines = ssc.queueStream([["a b"]])', 'const words = lines.flatMap(l => l.split("b"))', 'const counts = words.map(w => w.length)', 'counts.print()', '', 'ssc.start()', 'await ssc.awaitTermination()']],
  ['what cannot be folded stays a line', ['const states = ssc.queueStream([[["a", 1]]] as [string, number][][]).mapWithState(StateSpec.function((_key: string, n: number | undefined, state: State<number>) => { state.update(n!); return n! }))', 'states.print()', 'states.replace((_key: string, n: number | undefined, state: State<number>) => { state.update(-n!); return -n! })'], ['states.replace(']],
]

const IMPORTS = /^import .*tspark'\n/m

describe('a session as a program', () => {
  test.each(ROWS)('%s', async (_name, lines, expected) => {
    const text = await saved(lines)
    if (expected.length === 1 && expected[0]!.endsWith('(')) expect(text).toContain(expected[0])
    else if (expected.some(line => line.startsWith('import'))) expect(text).toBe(`${expected.join('\n')}\n`)
    else expect(text.replace(IMPORTS, '').replace(/^\n/, '')).toBe(`${expected.join('\n')}\n`)
  })

  test('relative imports are those of the file', async () => {
    const dir = program({ 'lengths.mts': 'export const lengthOf = (word: string): number => word.length' })
    const text = await saved([`import { lengthOf } from './${relative(process.cwd(), join(dir, 'lengths.mts'))}'`, 'console.log(lengthOf("a"))'], join(dir, 'saved.ts'))
    expect(text).toBe("import { lengthOf } from './lengths.mts'\n\nconsole.log(lengthOf(\"a\"))\n")
  })

  test('the flags of the shell', async () => {
    expect(await saved(['sc.range(1).foreach(n => {})'], undefined, { master: 'local', batchMs: 500, conf: [['a.b', "it's"]] })).toContain(".setIfMissing('spark.master', 'local').setIfMissing('a.b', 'it\\'s'))")
  })
})

/** Sessions that end by themselves, and what their programs print. */
const RUN: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  // Rows are compared in no order.
  ['words', ['const lines = ssc.queueStream([["to be", "or not to be"]])', 'const words = lines.flatMap(line => line.split(" "))', 'const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)', 'counts.print()', 'const words = lines.flatMap(line => line.toUpperCase().split(" "))', 'ssc.start()', 'replace(words)'], ['(BE,2)', '(NOT,1)', '(OR,1)', '(TO,2)']],
  ['jobs', ['const n = sc.parallelize([3, 1, 2]).max()', 'const k = n', 'const f = (x: number) => x * k', 'const k = 10', 'sc.parallelize([1, 2]).map(f).collect()', 'console.log(k)'], ['10', '[ 3, 6 ]']],
  ['state', ['const pairs = ssc.queueStream<[string, number]>([[["a", 1]], [["a", 2]]])', 'const sums = pairs.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0))', 'sums.print()', 'const printed = pairs.print()', 'printed.remove()', 'ssc.start()'], ['(a,1)', '(a,3)']],
]

describe('a saved session runs by itself', () => {
  test.each(RUN)('%s', async (_name, lines, printed) => {
    const file = join(program({}), 'saved.ts')
    await saved(lines, file)
    const { code, stdout, stderr } = await runSubmit(['--conf', 'spark.tspark.once=true', file])
    const rows = stdout.split('\n').filter(line => !/^(-*|Time: \d+ ms)$/.test(line)).sort()
    expect({ code, rows, ...code !== 0 && { stderr } }).toEqual({ code: 0, rows: printed })
  }, 60_000)
})

test('what a command was made of leaves no trace', async () => {
  await contexts.closeStreams()
  await session.reset()
  await session.evaluate('const a = 1')
  await session.evaluate('console.log(a)', { aside: true })
  expect(session.kept().map(({ text }) => text)).toEqual(['const a = 1'])
})

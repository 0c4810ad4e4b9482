/** Whole sessions as rows: what is entered, what comes of it. The rows of one table run in one session, in order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { showSite, userFrame } from '#src/core/call-site.js'
import type { Session } from '#src/repl/session.js'
import { line, openSession } from './support/sessions.js'

const SESSIONS: Record<string, readonly (readonly [entered: string, outcome: string])[]> = {
  'values and types': [
    ['1 + 1', '= 2: number'],
    ['const x = 5', 'x: number'],
    ['let y = x + answer', 'y: number'],
    ['y', '= 47: number'],
    ['y = 7', '= 7: number'],
    ['y', '= 7: number'],
    ['y++', '= 7: number'],
    ['y', '= 8: number'],
    ['undefined', ''],
    ['null', '= null: null'],
    ['{ a: 1, b: x }', '= {"a":1,"b":5}: { a: number; b: number; }'],
    ['{ let inner = 1; inner++ }', ''],
    ['`a\n${x}`', '= "a\\n5": string'],
    ['if (x) { 5 }', ''],
    ['this', ''],
    ['export const shown = 1', 'shown: number'],
    ['export default x', '= 5: number'],
    ['const s = Symbol("s")', 's: symbol'],
    ['let later', 'later: any'],
    ['x satisfies number', '= 5: number'],
    ['await Promise.resolve(3)', '= 3: number'],
    ['Promise.resolve(3)', '= promise: Promise<number>'],
    ['const p = Promise.resolve(4)', 'p: Promise<number>'],
    ['await p', '= 4: number'],
    ['for await (const each of [1, 2]) y += each', ''],
    ['y', '= 11: number'],
    ['import.meta.url.startsWith("file:")', '= true: boolean'],
  ],
  'declarations': [
    ['function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }', 'fact: (n: number) => number'],
    ['fact(5)', '= 120: number'],
    ['function even(n: number): boolean { return n === 0 || odd(n - 1) }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1) }', 'even: (n: number) => boolean; odd: (n: number) => boolean'],
    ['even(10)', '= true: boolean'],
    ['early(2)\nfunction early(n: number) { return n * 2 }', 'early: (n: number) => number'],
    ['function over(x: string): string\nfunction over(x: number): number\nfunction over(x: any) { return x }', 'over: { (x: string): string; (x: number): number; }'],
    ['over(3)', '= 3: number'],
    ['class Box<T> { constructor(readonly value: T) {} static of<T>(value: T) { return new Box(value) } map<U>(f: (value: T) => U) { return new Box(f(this.value)) } }', 'Box: class'],
    ['const box = Box.of([1])', 'box: Box<number[]>'],
    ['box.map(a => a.length)', '= {"value":1}: Box<number>'],
    ['box instanceof Box', '= true: boolean'],
    ['abstract class Shape { abstract area(): number }\nclass Square extends Shape { constructor(private side: number) { super() } area() { return this.side ** 2 } }', 'Shape: class; Square: class'],
    ['new Square(3).area()', '= 9: number'],
    ['class Counter { #n = 1; next = () => this.#n++; static first = new Counter().next() }', 'Counter: class'],
    ['Counter.first', '= 1: number'],
    ['enum Level { Low, High = 5 }', 'Level: enum'],
    ['Level.High', '= 5: Level'],
    ['const enum Fixed { One = 1 }', 'Fixed: enum'],
    ['Fixed.One', '= 1: Fixed'],
    ['namespace Units { export const second = 1000; export type Name = "s" | "ms" }', 'Units: namespace'],
    ['const unit: Units.Name = "s"', 'unit: Name'],
    ['Units.second', '= 1000: number'],
    ['namespace A.B { export const deep = 1 }', 'A: namespace'],
    ['A.B.deep', '= 1: number'],
    ['interface Point { x: number; y: number }', 'Point: interface'],
    ['const origin: Point = { x: 0, y: 0 }', 'origin: Point'],
    ['type Pair<K, V = number> = [K, V]', 'Pair: type'],
    ['const pair: Pair<string> = ["a", 1]', 'pair: Pair<string>'],
    ['const swap = <A, B>([a, b]: [A, B]): [B, A] => [b, a]', 'swap: <A, B>([a, b]: [A, B]) => [B, A]'],
    ['swap(pair)', '= [1,"a"]: [number, string]'],
    ['const { x: px, ...others } = { x: 1, y: 2, z: 3 }', 'px: number; others: { y: number; z: number; }'],
    ['let [first, [second = 5], ...tail] = [1, [undefined], 3, 4] as [number, [number?], ...number[]]', 'first: number; second: number; tail: number[]'],
    ['[first, second] = [second, first]', '= [5,1]: [number, number]'],
    ['({ first } = { first: 99 })', '= {"first":99}: { first: number; }'],
    ['({ first, second, px })', '= {"first":99,"second":1,"px":1}: { first: number; second: number; px: number; }'],
    ['for (var i = 0; i < 3; i++) { var inner = i }', 'i: number; inner: number'],
    ['[i, inner]', '= [3,2]: number[]'],
    ['for (var key in { a: 1 }) {}', 'key: string'],
    ['function* upTo(n: number) { for (let i = 1; i <= n; i++) yield i }', 'upTo: (n: number) => Generator<number, void, unknown>'],
    ['[...upTo(3)]', '= [1,2,3]: number[]'],
    ['const odds = (() => { class Local { #p = 1; get p() { return this.#p } } return new Local() })()', 'odds: Local'],
    ['odds.p', '= 1: any'],
  ],
  'a name declared again': [
    ['const norm = (w: string) => w.trim()', 'norm: (w: string) => string'],
    ['const shout = (w: string) => norm(w).toUpperCase()', 'shout: (w: string) => string'],
    ['const norm = (n: number) => n + 1', 'norm: (n: number) => number'],
    ['shout(" a ")', '= "A": string'],
    ['norm(1)', '= 2: number'],
    ['class P { a = 1 }', 'P: class'],
    ['const old = new P()', 'old: P'],
    ['class P { b = "x" }', 'P: class'],
    ['old.a', '= 1: number'],
    ['new P().b', '= "x": string'],
    ['old instanceof P', '= false: boolean'],
    ['const Map = 3', 'Map: number'],
    ['Map + 1', '= 4: number'],
    ['const globalThis2 = new globalThis.Map([[1, 2]]).size', 'globalThis2: number'],
    ['let threshold = 1', 'threshold: number'],
    ['const above = (n: number) => n > threshold', 'above: (n: number) => boolean'],
    ['threshold = 10', '= 10: number'],
    ['above(5)', '= false: boolean'],
    ['const undefinedName = 1; { const undefinedName = 2 }', 'undefinedName: number'],
    ['undefinedName', '= 1: number'],
    ['((norm: number) => norm)(9)', '= 9: number'],
    ['const ssc = 1, sc = ssc + 1', 'ssc: number; sc: number'],
  ],
  'a line that fails leaves nothing': [
    ['let kept = 1', 'kept: number'],
    ['const gone = 1; throw new Error("no")', 'failed Error: no'],
    ['gone', 'refused 1:1 TS2304'],
    ['kept = 2; throw new Error("no")', 'failed Error: no'],
    ['kept', '= 1: number'],
    ['kept = 3; await Promise.reject(new Error("later"))', 'failed Error: later'],
    ['kept', '= 1: number'],
    ['const kept = (() => { throw new Error("in it") })()', 'failed Error: in it'],
    ['kept = 4', '= 4: number'],
    ['const text: string = 1', 'refused 1:7 TS2322'],
    ['text', 'refused 1:1 TS2304'],
    ['kept.length', 'refused 1:6 TS2339'],
    ['const fixed = 1', 'fixed: number'],
    ['fixed = 2', 'refused 1:1 TS2588'],
    ['let a = 1\nlet b: number = "x"\nlet c = 2', 'refused 2:5 TS2322'],
    ['a', 'refused 1:1 TS2304'],
    ['await jobOf(1); throw "a string"', 'failed a string'],
    ['const self = self + 1', 'refused 1:14 TS2448'],
  ],
  'jobs are awaited': [
    ['const n = jobOf(3)', 'n: number'],
    ['n + 1', '= 4: number'],
    ['jobOf("a")', '= "a": string'],
    ['const a = jobOf(1), b = a + 1; a + b', 'a: number; b: number; = 3: number'],
    ['let m = 0', 'm: number'],
    ['m = jobOf(5)', '= 5: number'],
    ['m', '= 5: number'],
    ['const typed: number = jobOf(6)', 'typed: number'],
    ['const job: JobPromise<number> = jobOf(7)', 'job: JobPromise<number>'],
    ['await job', '= 7: number'],
    ['jobOf(1).then(one => one + 1)', '= promise: Promise<number>'],
    ['n ? jobOf(8) : jobOf(9)', '= 8: number'],
    ['const inside = () => jobOf(1)', 'inside: () => JobPromise<number>'],
    ['inside()', '= 1: number'],
    ['jobOf(1) + 1', '= 2: number'],
    ['1 + jobOf(1) * jobOf(3)', '= 4: number'],
    ['jobOf([3, 4]).map(each => each + 1).length', '= 2: number'],
    ['jobOf([3, 4])[1]', '= 4: number'],
    ['jobOf("abc").toUpperCase() + `${jobOf(1)}`', '= "ABC1": string'],
    ['Math.max(jobOf(1), 2)', '= 2: number'],
    ['jobOf({ of: 5 }).of - jobOf(1)', '= 4: number'],
    ['let sum = 0; for (const each of jobOf([1, 2])) sum += each; sum', 'sum: number; = 3: number'],
    ['if (jobOf(true)) { sum = jobOf(9) }; sum', '= 9: number'],
    ['[...jobOf([1]), jobOf(2)].length', '= 2: number'],
    ['[jobOf(1), jobOf(2)]', '= [1,2]: number[]'],
    ['const { a: first } = { a: jobOf(1) }', 'first: number'],
    ['(jobOf(1))', '= 1: number'],
    ['!jobOf(0)', '= true: boolean'],
    ['jobOf(jobOf(1) + 1)', '= 2: number'],
    ['await Promise.all([jobOf(1), jobOf(2)])', '= [1,2]: [number, number]'],
    ['const both: Promise<number>[] = [jobOf(1), jobOf(2)]', 'both: Promise<number>[]'],
    ['jobOf(1).cancel()', ''],
    ['jobOf(1).nothing', 'refused 1:10 TS2339'],
    ['jobOf("a").toFixed(1)', 'refused 1:12 TS2551'],
    ['[1].map(each => jobOf(each))', '= [{}]: JobPromise<number>[]'],
  ],
  'types of streams': [
    ['const split = () => lines.flatMap(_ => _.split(" "))', 'split: () => DStream<string>'],
    ['const counts = () => words.map(x => [x, 1]).reduceByKey((a, b) => a + b)', 'counts: () => DStream<[string, number]>'],
    ['words.map(w => w.length).reduceByKey((a, b) => a + b)', 'refused 1:26 TS2684'],
    ['words\n  .map(w => w.length)\n  .reduceByKey((a, b) => a + b)', 'refused 3:4 TS2684'],
    ['words.map(w => { [w, 1] })', 'refused 1:11 TS2345'],
    ['import { Seconds, Duration } from "tspark"', ''],
    ['const d: Duration = Seconds(2)', 'd: Duration'],
    ['d.milliseconds', '= 2000: number'],
  ],
}

describe.each(Object.entries(SESSIONS))('%s', (_, rows) => {
  let session: Session
  beforeAll(async () => { session = await openSession() })
  afterAll(() => session.close())

  test.each(rows)('%s', async (entered, outcome) => { expect(line(await session.evaluate(entered))).toBe(outcome) })
})

describe('one session', () => {
  let session: Session
  beforeAll(async () => { session = await openSession() })
  afterAll(() => session.close())

  test('says the type that has no name outside its line', async () => {
    const outcome = await session.evaluate('const hidden = (() => { class Local { #p = 1 } return new Local() })()')
    expect(outcome).toMatchObject({ notes: ['the type of hidden has no name outside this line: later lines see it as any'] })
  })

  test('a diagnostic has the user\'s own place, also behind an awaited job', async () => {
    const outcome = await session.evaluate('const n = jobOf(1); n.foo')
    expect(outcome).toMatchObject({ kind: 'refused', diagnostics: [{ line: 1, column: 23, length: 3, sourceLine: 'const n = jobOf(1); n.foo', message: "Property 'foo' does not exist on type 'number'." }] })
  })

  test('an unknown name is compared with the names of the session', async () => {
    await session.evaluate('const wordCounts = 1')
    expect(await session.evaluate('wordCount + 1')).toMatchObject({ kind: 'refused', diagnostics: [{ message: "Cannot find name 'wordCount'. Did you mean 'wordCounts'?" }] })
  })

  test('bindings are listed with their types and lines', async () => {
    const before = session.nextLine
    await session.evaluate('const listed: [string, number] = ["a", 1]')
    expect(session.bindings()).toContainEqual({ name: 'listed', type: '[string, number]', line: before })
    expect(session.bindings()).toContainEqual({ name: 'answer', type: 'number', line: 0 })
  })

  test('an expression has a type without being run', async () => {
    expect(await session.typeOf('(() => { throw 1 })')).toBe('() => never')
    expect(await session.typeOf('words.map(w => [w, 1])')).toBe('DStream<[string, number]>')
    expect(await session.typeOf('nothingOfThatName')).toBeUndefined()
    expect(await session.typeOf('const x = 1')).toBeUndefined()
  })

  test('completion knows members by type, and pair methods on pairs only', async () => {
    const names = async (text: string): Promise<string[]> => (await session.complete(text, text.length)).entries.map(({ name }) => name)
    expect(await names('words.ma')).toContain('map')
    expect(await names('words.')).not.toContain('reduceByKey')
    expect(await names('words.map(w => [w, 1]).')).toContain('reduceByKey')
    expect(await names('word')).toEqual(expect.arrayContaining(['words', 'wordCounts']))
    expect(await session.complete('1; words.fil', 12)).toEqual({ from: 9, entries: [{ name: 'filter', kind: 'method' }] })
    expect(await session.complete('1; words.filter', 15)).toMatchObject({ from: 9, entries: [{ name: 'filter', doc: expect.stringContaining('filter') as string }] })
  })

  test('names of the session are completed, and to do so no input of it is read', async () => {
    const names = async (text: string): Promise<string[]> => (await session.complete(text, text.length)).entries.map(({ name }) => name)
    await session.evaluate('class Quilter {}; interface Quiltery {}; type Quilt = 1; const quilts = [new Quilter()]; function quilted() {}')
    expect(await names('let q: Quil')).toEqual(['Quilt', 'Quilter', 'Quiltery'])
    const before = await session.parsedFiles()
    expect(await names('quil')).toEqual(['quilted', 'quilts'])
    expect(await session.parsedFiles() - before).toBe(1) // the line itself
  })

  test('inputs given at once run in order', async () => {
    const outcomes = await Promise.all(['let q = 1', 'await Promise.resolve(); q = 2', 'q'].map(text => session.evaluate(text)))
    expect(outcomes.map(line)).toEqual(['q: number', '= 2: number', '= 2: number'])
  })

  test('a file is one input, and errors name its lines', async () => {
    const outcome = await session.evaluate('const inFile = 1\n\nthrow new Error("x")', { file: '/somewhere/init.ts' })
    expect(userFrame((outcome as { error: Error }).error.stack!)).toMatchObject({ file: '/somewhere/init.ts', line: 3, column: 7 })
    expect(await session.evaluate('const open = (', { file: '/somewhere/init.ts' })).toMatchObject({ kind: 'refused' })
  })

  test.each([
    ['throw new Error()', '', 7],
    ['const a1 = jobOf(1)\n\n\nthrow new Error()', ':4', 7],
    ['const a2 = jobOf(1); throw new Error()', '', 28],
    ['function fails() {\n  throw new Error()\n}\nfails()', ':2', 9],
  ])('%j fails at the place that was typed', async (entered, place, column) => {
    const input = session.nextLine
    const { error } = await session.evaluate(entered) as { error: Error }
    const frame = userFrame(error.stack!)
    expect([showSite(frame), frame?.column]).toEqual([`<repl>:${input}${place}`, column])
  })

  test('functions read as they were typed, less their types', async () => {
    await session.evaluate('const helper = (w: string): string => w.trim()')
    const at = session.nextLine - 1
    const outcome = await session.evaluate('((w: string) => helper(w)).toString()')
    expect(line(outcome)).toBe(`= "(w) => helper$${at}(w)": string`)
  })

  test('closing removes every cell', async () => {
    const other = await openSession({ firstLine: 9000 })
    await other.evaluate('const cell = 1')
    expect(Object.getOwnPropertyNames(globalThis)).toContain('cell$9000')
    await other.close()
    expect(Object.getOwnPropertyNames(globalThis).filter(name => name.endsWith('$9000'))).toEqual([])
  })
})

/** What the checker says of the api's types: what must compile and to which type, and what must not, with the words a user sees. */
import ts from 'typescript'
import { expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'

const PRELUDE = `
import { BoundedDouble, PartialResult, SparkContext, StatCounter, StreamingContext, Seconds, Time, RDD, State, StateSpec } from 'tspark'
declare const sc: SparkContext
declare const ssc: StreamingContext
const lines = ssc.socketTextStream('localhost', 9999)
const words = lines.flatMap(_ => _.split(' '))
const pairs = words.map(x => [x, 1])
const rdd = sc.parallelize(['a', 'b'])
`

const TYPES: [string, string][] = [
  ['words', 'DStream<string>'],
  ['words.map(w => [w, 1])', 'DStream<[string, number]>'],
  ['words.map(w => [w, [w.length, true]])', 'DStream<[string, [number, boolean]]>'],
  ['words.map(w => w.split(""))', 'DStream<string[]>'],
  ['words.map(w => ({ w }))', 'DStream<{ w: string; }>'],
  ['words.map(w => w === "a" ? undefined : w)', 'DStream<string | undefined>'],
  ['words.map(w => JSON.parse(w))', 'DStream<any>'],
  ['pairs.reduceByKey((a, b) => a + b)', 'DStream<[string, number]>'],
  ['pairs.groupByKey()', 'DStream<[string, number[]]>'],
  ['pairs.mapValues(v => [v, "x"])', 'DStream<[string, [number, string]]>'],
  ['pairs.join(words.map(w => [w, true]))', 'DStream<[string, [number, boolean]]>'],
  ['pairs.leftOuterJoin(words.map(w => [w, true]))', 'DStream<[string, [number, boolean | undefined]]>'],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(30), Seconds(10))', 'DStream<[string, number]>'],
  ['pairs.updateStateByKey((values, state) => values.length + (state ?? 0))', 'DStream<[string, number]>'],
  ['pairs.updateStateByKey((values: number[], state: string[] | undefined) => [...(state ?? []), "x"])', 'DStream<[string, string[]]>'],
  ['pairs.updateStateByKey((time: Time, key: string, values: number[], state: number | undefined) => values.length)', 'DStream<[string, number]>'],
  ['words.transform(rdd => rdd.map(w => [w, 2]))', 'DStream<[string, number]>'],
  ['words.transform(rdd => rdd.sortBy(w => w.length))', 'DStream<string>'],
  ['words.count()', 'DStream<number>'],
  ['words.countByValue()', 'DStream<[string, number]>'],
  ['words.glom()', 'DStream<string[]>'],
  ['rdd.map(w => [w, 1]).sortByKey()', 'RDD<[string, number]>'],
  ['rdd.count()', 'JobPromise<number>'],
  ['rdd.map(w => [w.length, w]).collectAsMap()', 'JobPromise<Map<number, string>>'],
  ['sc.range(10).map(n => n * 2).reduce((a, b) => a + b)', 'JobPromise<number>'],
  ['ssc.awaitTermination()', 'JobPromise<void>'],
  ['sc.parallelize([["a", 1]])', 'RDD<[string, number]>'],
  ['sc.range(3).sum()', 'JobPromise<number>'],
  ['sc.range(3).stats()', 'JobPromise<StatCounter>'],
  ['sc.range(3).histogram(2)', 'JobPromise<[borders: number[], counts: number[]]>'],
  ['sc.range(3).histogram([0, 1, 2])', 'JobPromise<number[]>'],
  ['sc.range(3).sumApprox(100)', 'JobPromise<PartialResult<BoundedDouble>>'],
  ['rdd.fold("", (a, b) => a + b)', 'JobPromise<string>'],
  ['rdd.aggregate(0, (n, w) => n + w.length, (a, b) => a + b)', 'JobPromise<number>'],
  ['rdd.aggregate([0, 0], ([n, m], w) => [n + 1, m + w.length], (a, b) => [a[0] + b[0], a[1] + b[1]])', 'JobPromise<[number, number]>'],
  ['rdd.zip(rdd.map(w => w.length))', 'RDD<[string, number]>'],
  ['rdd.zipWithIndex()', 'RDD<[string, number]>'],
  ['rdd.zipPartitions(sc.range(2), (ws, ns) => [...ws].map((w, i) => w.repeat([...ns][i]!)))', 'RDD<string>'],
  ['rdd.groupBy(w => w.length)', 'RDD<[number, string[]]>'],
  ['rdd.randomSplit([1, 2])', 'RDD<string>[]'],
  ['rdd.top(2, (a, b) => a.length - b.length)', 'JobPromise<string[]>'],
  ['rdd.countByValueApprox(100)', 'JobPromise<PartialResult<Map<string, BoundedDouble>>>'],
  ['rdd.map(w => [w, 1]).aggregateByKey(new Set<number>(), (all, n) => all.add(n), (a, b) => new Set([...a, ...b]))', 'RDD<[string, Set<number>]>'],
  ['rdd.map(w => [w, 1]).cogroup(rdd.map(w => [w, true]), rdd.map(w => [w, w]), 2)', 'RDD<[string, [number[], boolean[], string[]]]>'],
  ['rdd.map(w => [w, 1]).sampleByKey(false, { a: 0.5 })', 'RDD<[string, number]>'],
  ['rdd.map(w => [w, 1]).lookup("a")', 'JobPromise<number[]>'],
  ['rdd.pipe("cat", { HOME: "/" })', 'RDD<string>'],
  ['sc.objectFile<[string, number]>("x")', 'RDD<[string, number]>'],
  ['sc.binaryFiles("x")', 'RDD<[string, Buffer<ArrayBufferLike>]>'],
  ['sc.runJob(rdd, rows => [...rows].length)', 'JobPromise<number[]>'],
]

const sum = 'StateSpec.function((key: string, value: number | undefined, state: State<number>) => [key, state.getOption() ?? 0])'
TYPES.push(
  [`pairs.mapWithState(${sum})`, 'MapWithStateDStream<string, number, number, [string, number]>'],
  [`pairs.mapWithState(${sum}.timeout(Seconds(3)).numPartitions(2)).stateSnapshots()`, 'DStream<[string, number]>'],
  ['pairs.mapWithState(StateSpec.function((time: Time, key: string, value: number | undefined, state: State<Date>) => value ? key : undefined))', 'MapWithStateDStream<string, number, Date, string>'],
  ['pairs.mapWithState(StateSpec.function((key, value, state) => { state.update(value); return [key, 1] }))', 'MapWithStateDStream<string, number, any, [any, number]>'],
  ['pairs.mapWithState(StateSpec.function((key, value, state) => { state.update(value) }))', 'MapWithStateDStream<string, number, any, undefined>'],
)

TYPES.push(
  ['words.mapAsync(async w => [w, 1])', 'DStream<[string, number]>'],
  ['words.mapAsync(async w => w.length, { concurrency: 2 })', 'DStream<number>'],
  ['words.mapAsync(w => fetch(w).then(answer => answer.text()))', 'DStream<string>'],
  ['rdd.mapAsync(w => w === "a" ? w : Promise.resolve(w))', 'RDD<string>'],
)

const REFUSED: [string, string][] = [
  ['words.map(w => w.length).reduceByKey((a, b) => a + b)', "The 'this' context of type 'DStream<number>' is not assignable to method's 'this' of type 'DStream<[unknown, unknown]>'"],
  ['words.map(w => { [w, 1] })', "Type 'void' is not assignable to type 'ReturnsNothing'"],
  ['rdd.map(w => { w.length })', "Type 'void' is not assignable to type 'ReturnsNothing'"],
  ...['words.map(async w => w.length)', 'words.map(async w => [w, 1])', 'rdd.map(async w => w)', 'pairs.mapValues(async n => n)'].map((code): [string, string] => [code, 'an async function needs mapAsync(f, { concurrency: 8 })']),
  ['words.map(w => w === "a" ? w : Promise.resolve(w))', "is not assignable to type 'Result<"],
  ['words.filter(async w => w.length > 1)', "Type 'Promise<boolean>' is not assignable to type 'boolean'"],
  ['words.flatMap(async w => [w])', "Property '[Symbol.iterator]' is missing in type 'Promise<string[]>'"],
  ['words.flatMap(w => w.length)', "Type 'number' is not assignable to type 'Iterable<unknown>'"],
  ['words.filter(w => { w.length > 1 })', "Type 'void' is not assignable to type 'boolean'"],
  ['pairs.reduceByKey((a, b) => a.length)', "Property 'length' does not exist on type 'number'"],
  ['lines.collect()', "Property 'collect' does not exist on type 'DStream<string>'"],
  ['rdd.map(w => w.length).mapValues(v => v)', "is not assignable to method's 'this' of type 'RDD<[unknown, unknown]>'"],
  [`words.map(w => [w.length, 1]).mapWithState(${sum})`, "Type 'number' is not assignable to type 'string'"],
  [`words.map(w => [w, w]).mapWithState(${sum})`, "Type 'string' is not assignable to type 'number'"],
  [`words.mapWithState(${sum})`, "is not assignable to method's 'this' of type 'DStream<[string, number]>'"],
  ['ssc.socketTextStream(9999, "localhost")', "Argument of type 'number' is not assignable to parameter of type 'string'"],
  ['rdd.sum()', "The 'this' context of type 'RDD<string>' is not assignable to method's 'this' of type 'RDD<number>'"],
  ['rdd.mean()', "method's 'this' of type 'RDD<number>'"],
  ['rdd.aggregateByKey(0, n => n, n => n)', "The 'this' context of type 'RDD<string>' is not assignable to method's 'this' of type 'RDD<[unknown, unknown]>'"],
  ['rdd.intersection(sc.range(3))', "Argument of type 'RDD<number>' is not assignable to parameter of type 'RDD<string>'"],
  ['rdd.aggregate(0, (n, w) => w, (a, b) => a + b)', "Type 'string' is not assignable to type 'number'"],
  ['rdd.map(w => [w, 1]).foldByKey("", (a, b) => a)', "Argument of type 'string' is not assignable to parameter of type 'number'"],
  ['rdd.map(w => [w.length, 1]).sampleByKey(false, { a: 1 })', "'a' does not exist in type 'ReadonlyMap<number, number>'"],
]

const snippets = [...TYPES, ...REFUSED].map(([code]) => code)
const { program, file, starts } = check(PRELUDE, snippets)
const checker = program.getTypeChecker()
const messages = program.getSemanticDiagnostics(file)

test.each(TYPES.map(([code, type], i) => [code, type, i] as const))('%s is a %s', (code, type, i) => {
  const statement = file.statements.find(node => node.getStart(file) === starts[i])!
  const shown = checker.typeToString(checker.getTypeAtLocation((statement as ts.ExpressionStatement).expression), undefined, ts.TypeFormatFlags.NoTruncation)
  expect(said(i)).toBe('')
  expect(shown).toBe(type)
  expect(code).toBeTruthy()
})

test.each(REFUSED.map(([code, message], i) => [code, message, i + TYPES.length] as const))('%s is refused', (_code, message, i) => {
  expect(said(i)).toContain(message)
})

function said(i: number): string {
  const from = starts[i]!
  const to = starts[i + 1] ?? Infinity
  return messages.filter(({ start }) => start! >= from && start! < to).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n')
}

function check(prelude: string, lines: string[]) {
  const name = fileURLToPath(new URL('../../snippets.ts', import.meta.url)) // beside package.json, so that 'tspark' is this package
  let text = prelude
  const starts = lines.map(line => { const at = text.length; text += `${line}\n`; return at })
  const options: ts.CompilerOptions = { strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: ['node'], noEmit: true, skipLibCheck: true }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (path, ...rest) => path === name ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS) : read(path, ...rest)
  host.fileExists = path => path === name || ts.sys.fileExists(path)
  const program = ts.createProgram([name], options, host)
  return { program, file: program.getSourceFile(name)!, starts }
}

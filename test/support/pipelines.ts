/**
 * Random stream pipelines beside a dull model of them. A row of OPERATORS is an operator as one would type it, and what it does to
 * the list of a stream's batches, in plain arrays: no partitions, no threads, no RDDs. Rows are [word, whole number] throughout, so any operator
 * may follow any other. What decides about numbers is exact, and no operator's answer depends on the order of rows.
 */
import type { Random } from '#src/core/random.js'
import { Seconds, type DStream } from '#src/index.js'

export type Pair = [key: string, value: number]
/** The rows of each batch. */
export type Batches = Pair[][]
type Stream = DStream<Pair>

interface Operator {
  readonly name: string
  readonly stream: (a: Stream, b: Stream, n: number) => Stream
  readonly model: (a: Batches, b: Batches, n: number) => Batches
}

const each = (f: (rows: Pair[]) => Pair[]) => (batches: Batches): Batches => batches.map(f)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function groups(rows: readonly Pair[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const [key, value] of rows) found.set(key, [...found.get(key) ?? [], value])
  return found
}

const byKey = (rows: readonly Pair[], f: (values: number[]) => number): Pair[] => [...groups(rows)].map(([key, values]) => [key, f(values)])
const joined = (a: Batches, b: Batches, f: (left: number[], right: number[], key: string) => Pair[]): Batches => a.map((rows, i) => {
  const [left, right] = [groups(rows), groups(b[i]!)]
  return [...new Set([...left.keys(), ...right.keys()])].flatMap(key => f(left.get(key) ?? [], right.get(key) ?? [], key))
})

/** The rows of the last `length` batches, at each batch. */
const windows = (batches: Batches, length: number): Batches => batches.map((_, i) => batches.slice(Math.max(0, i - length + 1), i + 1).flat())

function states(batches: Batches): Batches {
  const state = new Map<string, number>()
  return batches.map(rows => {
    const values = groups(rows)
    for (const key of new Set([...values.keys(), ...state.keys()])) {
      const next = (state.get(key) ?? 0) + sum(values.get(key) ?? [])
      if (next % 5 === 0) state.delete(key)
      else state.set(key, next)
    }
    return [...state]
  })
}

/** Keys stay once they were seen, at the sum of the window. */
const sumsOfWindows = (batches: Batches, length: number): Batches => windows(batches, length).map((rows, i) => {
  const sums = groups(rows)
  return [...new Set(batches.slice(0, i + 1).flat().map(([key]) => key))].map(key => [key, sum(sums.get(key) ?? [])])
})

export const OPERATORS: readonly Operator[] = [
  { name: 'map', stream: a => a.map(([key, value]) => [key, value + 1] as Pair), model: each(rows => rows.map(([key, value]) => [key, value + 1])) },
  { name: 'mapAsync', stream: (a, _, n) => a.mapAsync(async ([key, value]) => { if (value % 2) await null; return [key, value - 1] as Pair }, { concurrency: n }), model: each(rows => rows.map(([key, value]) => [key, value - 1])) },
  { name: 'filter', stream: a => a.filter(([, value]) => value % 3 !== 0), model: each(rows => rows.filter(([, value]) => value % 3 !== 0)) },
  { name: 'flatMap', stream: a => a.flatMap(([key, value]): Pair[] => [[key, value], [`${key}!`, -value]]), model: each(rows => rows.flatMap(([key, value]): Pair[] => [[key, value], [`${key}!`, -value]])) },
  { name: 'mapValues', stream: a => a.mapValues(value => value * 2), model: each(rows => rows.map(([key, value]) => [key, value * 2])) },
  { name: 'mapPartitions', stream: a => a.mapPartitions(function* (rows) { for (const [key, value] of rows) if (value > 0) yield [key, value] as Pair }), model: each(rows => rows.filter(([, value]) => value > 0)) },
  { name: 'reduceByKey', stream: (a, _, n) => a.reduceByKey((x, y) => x + y, n), model: each(rows => byKey(rows, sum)) },
  { name: 'groupByKey', stream: (a, _, n) => a.groupByKey(n).mapValues(values => values.length * 100 + Math.max(...values)), model: each(rows => byKey(rows, values => values.length * 100 + Math.max(...values))) },
  { name: 'countByValue', stream: (a, _, n) => a.countByValue(n).map(([[key, value], count]) => [key, value * count] as Pair), model: each(rows => [...new Set(rows.map(row => JSON.stringify(row)))].map(text => {
    const [key, value] = JSON.parse(text) as Pair
    return [key, value * rows.filter(row => row[0] === key && row[1] === value).length]
  })) },
  { name: 'repartition', stream: (a, _, n) => a.repartition(n), model: each(rows => rows) },
  { name: 'sortByKey', stream: (a, _, n) => a.transform(rdd => rdd.sortByKey(true, n)), model: each(rows => rows) },
  { name: 'distinct', stream: (a, _, n) => a.transform(rdd => rdd.distinct(n)), model: each(rows => [...new Set(rows.map(row => JSON.stringify(row)))].map(text => JSON.parse(text) as Pair)) },
  { name: 'persist', stream: a => a.map(row => row).persist(), model: each(rows => rows) },
  { name: 'union', stream: (a, b) => a.union(b), model: (a, b) => a.map((rows, i) => [...rows, ...b[i]!]) },
  { name: 'join', stream: (a, b, n) => a.join(b, n).mapValues(([x, y]) => x * 2 + y), model: (a, b) => joined(a, b, (left, right, key) => left.flatMap(x => right.map((y): Pair => [key, x * 2 + y]))) },
  { name: 'fullOuterJoin', stream: (a, b, n) => a.fullOuterJoin(b, n).mapValues(([x, y]) => (x ?? 7) - (y ?? 9)),
    model: (a, b) => joined(a, b, (left, right, key) => (left.length ? left : [7]).flatMap(x => (right.length ? right : [9]).map((y): Pair => [key, x - y]))) },
  { name: 'cogroup', stream: (a, b, n) => a.cogroup(b, n).mapValues(([xs, ys]) => xs.length * 1000 + ys.length), model: (a, b) => joined(a, b, (left, right, key) => [[key, left.length * 1000 + right.length]]) },
  { name: 'window', stream: (a, _, n) => a.window(Seconds(n)), model: (a, _, n) => windows(a, n) },
  { name: 'reduceByKeyAndWindow', stream: (a, _, n) => a.reduceByKeyAndWindow((x, y) => x + y, Seconds(n)), model: (a, _, n) => windows(a, n).map(rows => byKey(rows, sum)) },
  { name: 'reduceByKeyAndWindow with inverse', stream: (a, _, n) => a.reduceByKeyAndWindow((x, y) => x + y, (x, y) => x - y, Seconds(n)), model: (a, _, n) => sumsOfWindows(a, n) },
  { name: 'updateStateByKey', stream: a => a.updateStateByKey((values: number[], before?: number) => {
    const next = (before ?? 0) + values.reduce((x, y) => x + y, 0)
    return next % 5 === 0 ? undefined : next
  }), model: states },
]

// A join of a join multiplies rows: from here on nothing is joined any more, so that a model of plain arrays stays fast.
const MOST_ROWS = 400

export interface Pipeline {
  /** Its inputs and steps, to read. */
  readonly text: string
  readonly inputs: readonly { readonly batches: Batches; readonly numPartitions: number }[]
  readonly expected: Batches
  build(inputs: readonly Stream[]): Stream
}

/** Two inputs of a few batches, some of them empty, and one to six operators over what there is by then. */
export function randomPipeline(random: Random): Pipeline {
  const below = (n: number): number => Math.floor(random() * n)
  const length = 1 + below(5)
  const inputs = [1, 2].map(() => ({ numPartitions: 1 + below(4), batches: Array.from({ length }, () => random() < 0.25 ? [] : Array.from({ length: 1 + below(12) }, (): Pair => [WORDS[below(WORDS.length)]!, below(40) - 10])) }))
  const models = inputs.map(({ batches }) => batches)
  const steps: { operator: Operator; a: number; b: number; n: number }[] = []
  for (let left = 1 + below(6); left > 0; left--) {
    const step = { operator: OPERATORS[below(OPERATORS.length)]!, a: random() < 0.7 ? models.length - 1 : below(models.length), b: below(models.length), n: 1 + below(4) }
    const made = step.operator.model(models[step.a]!, models[step.b]!, step.n)
    if (made.some(rows => rows.length > MOST_ROWS)) continue
    models.push(made)
    steps.push(step)
  }
  return {
    text: [...inputs.map(({ batches, numPartitions }, i) => `${i} = ${JSON.stringify(batches)} in ${numPartitions}`), ...steps.map(({ operator, a, b, n }, i) => `${i + 2} = ${operator.name}(${a}, ${b}, ${n})`)].join('\n'),
    inputs,
    expected: models.at(-1)!,
    build(streams) {
      const all = [...streams]
      for (const { operator, a, b, n } of steps) all.push(operator.stream(all[a]!, all[b]!, n))
      return all.at(-1)!
    },
  }
}

const WORDS = ['', 'a', 'b', 'to', 'be', '__proto__', 'constructor', '你好']

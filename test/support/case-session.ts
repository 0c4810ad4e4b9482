/**
 * A case of cases.json as a session at the prompt, on a clock that is moved by hand: typed declarations of its inputs, its operation,
 * a tick per batch. The operation stands as in the case; where TypeScript needs a type it is written into it (ANNOTATED).
 */
import { format } from '#src/core/format.js'

export interface Case {
  readonly id: string
  readonly kind: string
  readonly operation: string
  readonly params: { readonly batchMs: number; readonly numBatches: number; readonly numPartitions: number }
  readonly inputs: Readonly<Record<string, readonly (readonly unknown[] | null)[]>>
  readonly expected: readonly (readonly unknown[])[] & { readonly last?: readonly unknown[] }
  readonly ordered: boolean
  readonly check?: 'flattened' | 'last'
  readonly alsoOnce?: readonly unknown[]
  readonly expectError?: { readonly messageContains: string }
  readonly expectedPartitions?: readonly number[]
  readonly needsCheckpointDir?: boolean
  readonly recovery?: { readonly stopAfterBatches: number; readonly checkpointMs?: number }
}

/** Typed once, before all cases: given batches as an input that a checkpoint can bring back; null is "no RDD at this time". */
export const INPUT = `
> function batches<T>(ssc: StreamingContext, given: readonly (readonly T[] | null)[], partitions: number): DStream<T> {
...   let first: number | undefined
...   return ssc.inputStream<T>({
...     name: 'batches',
...     start(context) { first = context.recovered as number | undefined },
...     stop() {},
...     checkpoint: () => first,
...     batch(time) {
...       first ??= time.milliseconds
...       const next = (time.milliseconds - first) / ssc.batchDuration.milliseconds
...       const rows = next < given.length ? given[next]! : []
...       return rows && { rdd: sc.parallelize<unknown>(rows, partitions).node, records: rows.length }
...     },
...   })
... }`

/** What a newcomer to TypeScript adds once the checker has said where: types of states, and of pairs that are made of literals. */
const ANNOTATED: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'basic-updateStateByKey-time': [['(time, key, values, state)', '(time: Time, key: string, values: number[], state?: number)'], ['time + (', '+time + (']],
  'basic-updateStateByKey-lifecycle': [['(values, state)', '(values: number[], state?: { counter: number; idle: number })']],
}

/** The case as a transcript without answers. */
export function sessionOf(row: Case): string {
  const { id, params: { batchMs, numBatches, numPartitions }, inputs, recovery, needsCheckpointDir } = row
  const directory = `/tmp/session/${id}`
  const made = [
    `const ssc = new StreamingContext(sc, Milliseconds(${batchMs}))`,
    ...needsCheckpointDir || recovery ? [`ssc.checkpoint(${JSON.stringify(directory)})`] : [],
    ...Object.entries(inputs).map(([name, given]) => `const ${name} = batches<${typeOf(given.flatMap(rows => rows ?? []))}>(ssc, ${JSON.stringify(given)}, ${numPartitions})`),
    `const result = ${operationOf(row)}`,
    ...recovery?.checkpointMs ? [`result.checkpoint(Milliseconds(${recovery.checkpointMs}))`] : [],
    'result.print(1000)',
    ...row.kind === 'partitions' ? ['result.foreachRDD(rdd => console.log(`${rdd.getNumPartitions()} partitions`))'] : [],
  ]
  const runs = recovery ? [recovery.stopAfterBatches, numBatches - recovery.stopAfterBatches] : [numBatches]
  const open = recovery ? [`const running = StreamingContext.getOrCreate(${JSON.stringify(directory)}, make)`] : []
  const lines = [
    '.clock system', '.clock manual',
    ...recovery ? [['const make = () => {', ...made.map(line => `  ${line}`), '  return ssc', '}'].join('\n... ')] : made,
    ...runs.flatMap(count => [...open, ...recovery ? ['running.start()', `.tick ${count}`, 'running.stop()'] : ['ssc.start()', `.tick ${count}`, 'ssc.stop()']]),
  ]
  return [`## ${id}`, '', '```', ...lines.map(line => `> ${line}`), '```', ''].join('\n')
}

function operationOf({ id, operation }: Case): string {
  return (ANNOTATED[id] ?? []).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${id}: ${from} is not in ${text}`)
    return text.replace(from, to)
  }, operation)
}

/** The type of records, from the records: pairs are tuples, other arrays are lists. */
function typeOf(rows: readonly unknown[]): string {
  if (rows.length === 0) return 'number'
  if (rows.every(row => Array.isArray(row) && row.length === 2)) return `[${typeOf(rows.map(row => (row as unknown[])[0]))}, ${typeOf(rows.map(row => (row as unknown[])[1]))}]`
  return [...new Set(rows.map(row => Array.isArray(row) ? `${typeOf(row)}[]` : typeof row))].join(' | ')
}

/** What differs between the answered session and what the case expects; undefined where nothing does. */
export function differs(row: Case, answered: string): string | undefined {
  const { expected, expectError, expectedPartitions, check, alsoOnce, ordered } = row
  if (expectError) return answered.includes(expectError.messageContains) ? undefined : `no error with "${expectError.messageContains}" in\n${answered}`
  if (/^(error|SparkError|failed batch)/m.test(answered)) return answered
  const batches = [...answered.matchAll(BLOCK)].map(([, lines]) => lines!.split('\n').slice(0, -1))
  const partitions = [...answered.matchAll(/^(\d+) partitions$/gm)].map(([, count]) => Number(count))
  if (expectedPartitions && String(partitions) !== String(expectedPartitions)) return `${partitions} partitions, not ${expectedPartitions}`
  const printed = (rows: readonly unknown[], inOrder: boolean): string => (inOrder ? rows.map(line) : rows.map(line).sort()).join('\n')
  const got = (rows: readonly string[], inOrder: boolean): string => (inOrder ? rows.map(absent) : rows.map(absent).sort()).join('\n')
  if (alsoOnce && !batches.some(lines => got(lines, false) === printed(alsoOnce, false))) return `never ${printed(alsoOnce, false)}`
  if (check === 'flattened') return got(batches.flat(), false) === printed(expected as readonly unknown[], false) ? undefined : `${got(batches.flat(), false)}\nis not\n${printed(expected, false)}`
  if (check === 'last') return got(batches.at(-1) ?? [], false) === printed(expected.last ?? expected, false) ? undefined : `at last ${batches.at(-1)}`
  const all = expected.map(rows => printed(rows, ordered)).join('\n--\n')
  const seen = batches.map(rows => got(rows, ordered)).join('\n--\n')
  return seen === all ? undefined : `${seen}\nis not\n${all}\n${answered}`
}

/** A block of print(): its rows, and the blank line that ends it. */
const BLOCK = /^-{43}\nTime: \d+ ms\n-{43}\n((?:.*\n)*?)\n(?=-{43}\nTime: |> |```|\d+ partitions\n|· )/gm

const line = (row: unknown): string => format(row)
/** Spark's None is null in the cases and undefined in functions. */
const absent = (text: string): string => text.replace(/\bundefined\b/g, 'null')

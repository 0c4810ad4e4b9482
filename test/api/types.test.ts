/**
 * What the checker says of the api's types: what must compile and to which type, and what must not, with the words a user sees. The rows
 * are in type-rows/; all of them are checked in one program, and no method that says what its `this` must be, or takes a Duration,
 * is without.
 */
import { describe, expect, test } from 'vitest'
import { checked } from '../support/type-check.js'
import * as general from './type-rows/general.js'
import * as numbers from './type-rows/numbers.js'
import * as pairs from './type-rows/pairs.js'
import * as rows from './type-rows/rows.js'
import * as windows from './type-rows/windows.js'

const PRELUDE = `
import { HashPartitioner, Milliseconds, Minutes, RDD, Seconds, SparkContext, State, StateSpec, StreamingContext, Time } from 'tspark'
declare const sc: SparkContext
declare const ssc: StreamingContext
const lines = ssc.socketTextStream('localhost', 9999)
const words = lines.flatMap(_ => _.split(' '))
const pairs = words.map(x => [x, 1])
const flags = words.map(x => [x, true])
const lengths = words.map(x => x.length)
const rdd = sc.parallelize(['a', 'b'])
const scores = rdd.map(x => [x, 1])
const tags = rdd.map(x => [x, true])
const numbers = sc.parallelize([1, 2])
`

const TABLES = { general, pairs, numbers, windows, rows }
const typed = Object.values(TABLES).flatMap(({ TYPES }) => TYPES)
const refused = Object.values(TABLES).flatMap(({ REFUSED }) => REFUSED)
const { rows: found, needs } = checked(PRELUDE, [...typed, ...refused].map(([code]) => code))

test.each(typed.map(([code, type], i) => [code, type, found[i]!] as const))('%s is a %s', (_code, type, { said, type: shown }) => {
  expect(said).toBe('')
  expect(shown).toBe(type)
})

test.each(refused.map(([code, message], i) => [code, message, found[i + typed.length]!] as const))('%s is refused', (_code, message, { said }) => {
  expect(message).not.toBe('')
  expect(said).toContain(message)
})

describe('methods that say what their `this` must be, or take a Duration', () => {
  const names = [...needs.keys()]
  const called = (of: typeof found): Set<string> => new Set(of.flatMap(({ calls }) => calls))

  test('there are some of each kind', () => {
    expect(names).toEqual(expect.arrayContaining(['RDD.sum', 'RDD.keys', 'RDD.fold', 'DStream.reduceByKey', 'DStream.mapWithState', 'DStream.window', 'DStream.countByWindow']))
  })

  test('each has a row of what compiles', () => {
    const seen = called(found.slice(0, typed.length))
    expect(names.filter(name => !seen.has(name))).toEqual([])
  })

  test('each that needs pairs, numbers or a Duration has a row of what does not', () => {
    const seen = called(found.slice(typed.length))
    expect(names.filter(name => needs.get(name) !== 'RDD<T>' && !seen.has(name))).toEqual([])
  })
})

/** Methods that need numbers: each row is a call on an RDD of numbers and its type; on strings and on pairs each is refused. */
import type { Refused, Typed } from '../../support/type-check.js'

const ON_NUMBERS: Typed[] = [
  ...['sum', 'mean', 'variance', 'stdev', 'popVariance', 'popStdev', 'sampleVariance', 'sampleStdev'].map((name): Typed => [`${name}()`, 'JobPromise<number>']),
  ['stats()', 'JobPromise<StatCounter>'],
  ['histogram(10)', 'JobPromise<[borders: number[], counts: number[]]>'],
  ['histogram([0, 5, 10])', 'JobPromise<number[]>'],
  ['histogram([0, 5, 10], true)', 'JobPromise<number[]>'],
  ['sumApprox(1000)', 'JobPromise<PartialResult<BoundedDouble>>'],
  ['meanApprox(1000, 0.9)', 'JobPromise<PartialResult<BoundedDouble>>'],
]

export const TYPES: Typed[] = ON_NUMBERS.map(([call, type]) => [`numbers.${call}`, type])

export const REFUSED: Refused[] = [
  ...ON_NUMBERS.map(([call]): Refused => [`rdd.${call}`, `The 'this' context of type 'RDD<string>' is not assignable to method's 'this' of type 'RDD<number>'`]),
  ...ON_NUMBERS.map(([call]): Refused => [`scores.${call}`, `The 'this' context of type 'RDD<[string, number]>' is not assignable to method's 'this' of type 'RDD<number>'`]),
  ['numbers.histogram("10")', "Argument of type 'string' is not assignable to parameter of type 'number'."],
  ['numbers.histogram(["a", "b"])', "Argument of type 'string[]' is not assignable to parameter of type 'number'."],
  ['numbers.histogram()', 'Expected 1-2 arguments, but got 0.'],
  ['numbers.sumApprox()', 'Expected 1-2 arguments, but got 0.'],
  ['numbers.meanApprox(Seconds(1))', "Argument of type 'Duration' is not assignable to parameter of type 'number'."],
  ['lengths.sum()', "Property 'sum' does not exist on type 'DStream<number>'."],
]

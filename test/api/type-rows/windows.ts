/** Windows take Durations: numbers of seconds or milliseconds, texts and a missing duration are refused. */
import type { Refused, Typed } from '../../support/type-check.js'

export const TYPES: Typed[] = [
  ['words.window(Seconds(30))', 'DStream<string>'],
  ['words.window(Minutes(1), Milliseconds(2000))', 'DStream<string>'],
  ['words.reduceByWindow((a, b) => a + b, Seconds(30), Seconds(10))', 'DStream<string>'],
  ['lengths.reduceByWindow((a, b) => a + b, (a, b) => a - b, Seconds(30), Seconds(10))', 'DStream<number>'],
  ['words.countByWindow(Seconds(30), Seconds(10))', 'DStream<number>'],
  ['words.countByValueAndWindow(Seconds(30), Seconds(10))', 'DStream<[string, number]>'],
  ['pairs.countByValueAndWindow(Seconds(30), Seconds(10), 2)', 'DStream<[[string, number], number]>'],
  ['words.window(Seconds(30)).slideDuration', 'Duration'],
  ['words.checkpoint(Seconds(10))', 'DStream<string>'],
]

export const REFUSED: Refused[] = [
  ['words.window(30)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['words.window("30s")', "Argument of type 'string' is not assignable to parameter of type 'Duration'."],
  ['words.window()', 'Expected 1-2 arguments, but got 0.'],
  ['words.window(Seconds(30), 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['words.window(Seconds("30"))', "Argument of type 'string' is not assignable to parameter of type 'number'."],
  ['words.reduceByWindow((a, b) => a + b, Seconds(30))', 'Expected 3-4 arguments, but got 2.'],
  ['words.reduceByWindow((a, b) => a + b, 30, 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['words.reduceByWindow((a, b) => a.length, Seconds(30), Seconds(10))', "Type 'number' is not assignable to type 'string'."],
  ['words.reduceByWindow(Seconds(30), Seconds(10))', 'Expected 3-4 arguments, but got 2.'],
  ['words.countByWindow(Seconds(30))', 'Expected 2 arguments, but got 1.'],
  ['words.countByWindow(30, 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['words.countByValueAndWindow(30, 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['words.countByValueAndWindow(Seconds(30))', 'Expected 2-3 arguments, but got 1.'],
  ['pairs.groupByKeyAndWindow(30)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['pairs.groupByKeyAndWindow()', 'Expected 1-3 arguments, but got 0.'],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b, 30)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b, 30, 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, 30, 10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b)', 'Expected 2-6 arguments, but got 1.'],
  ['pairs.reduceByKeyAndWindow((a, b) => String(a), Seconds(30), Seconds(10))', "Type 'string' is not assignable to type 'number'."],
  ['pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(30), Seconds(10), 2, ([word, n]) => n.length)', "Property 'length' does not exist on type 'number'."],
  ['pairs.checkpoint(10)', "Argument of type 'number' is not assignable to parameter of type 'Duration'."],
  ['rdd.window(Seconds(30))', "Property 'window' does not exist on type 'RDD<string>'."],
]

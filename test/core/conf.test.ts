import { expect, test } from 'vitest'
import { parseMs, SparkConf, SETTINGS } from '#src/core/conf.js'
import { parseLocalMaster } from '#src/core/master.js'

test('settings are read in their units, with defaults', () => {
  const conf = new SparkConf([['spark.streaming.blockInterval', '50ms'], ['spark.tspark.maxLineBytes', '1k'], ['own.key', 'x']])
  expect(conf.getMs('spark.streaming.blockInterval')).toBe(50)
  expect(conf.getMs('spark.streaming.receiverRestartDelay')).toBe(2000)
  expect(conf.getBytes('spark.tspark.maxLineBytes')).toBe(1024)
  expect([conf.get('own.key'), conf.get('other', 'y'), conf.contains('other')]).toEqual(['x', 'y', false])
})

test('every default can be read as its kind', () => {
  const conf = new SparkConf()
  const readers = { ms: 'getMs', bytes: 'getBytes', number: 'getNumber', boolean: 'getBoolean', text: 'get' } as const
  for (const [key, { kind }] of Object.entries(SETTINGS)) expect(conf[readers[kind]](key as keyof typeof SETTINGS), key).toBeDefined()
})

test('a value of the wrong kind names key, value and an example', () => {
  const conf = new SparkConf([['spark.streaming.blockInterval', 'soon'], ['spark.streaming.stopSparkContextByDefault', 'maybe']])
  expect(() => conf.getMs('spark.streaming.blockInterval')).toThrow('spark.streaming.blockInterval is "soon", which is not a time')
  expect(() => conf.getBoolean('spark.streaming.stopSparkContextByDefault')).toThrow('true or false')
})

test.each([['500ms', 500], ['1s', 1000], ['1.5s', 1500], ['2min', 120_000], ['7', 7], ['x', undefined], ['', undefined]])('time %s', (text, expected) => {
  expect(parseMs(text as string)).toBe(expected)
})

test.each([['local', 1], ['local[3]', 3], ['local:2', 2], ['local[2,4]', 2], ['local[0]', undefined], ['spark://h', undefined], ['local[x]', undefined]])('master %s', (master, threads) => {
  expect(parseLocalMaster(master as string)?.threads).toBe(threads)
})

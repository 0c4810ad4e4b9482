import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Duration, Interval, Milliseconds, Minutes, Seconds, Time } from '#src/core/time.js'

const cases = JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as { id: string; expected: Record<string, unknown[][]> }[]
const rowsOf = (id: string): Record<string, unknown[][]> => cases.find(row => row.id === id)!.expected
const ms = (value: unknown): Duration => new Duration(value as number)
const at = (value: unknown): Time => new Time(value as number)
const plain = (value: unknown): unknown => value instanceof Duration || value instanceof Time ? value.milliseconds : Array.isArray(value) ? value.map(plain) : value

const DURATION: Record<string, (...args: unknown[]) => unknown> = {
  plus: (a, b) => ms(a).plus(ms(b)), minus: (a, b) => ms(a).minus(ms(b)), times: (a, n) => ms(a).times(n as number), div: (a, b) => ms(a).div(ms(b)),
  isMultipleOf: (a, b) => ms(a).isMultipleOf(ms(b)), min: (a, b) => ms(a).min(ms(b)), max: (a, b) => ms(a).max(ms(b)), less: (a, b) => ms(a).less(ms(b)),
  isZero: a => ms(a).isZero(), Milliseconds: n => Milliseconds(n as number), Seconds: n => Seconds(n as number), Minutes: n => Minutes(n as number),
}
const TIME: Record<string, (...args: unknown[]) => unknown> = {
  plusDuration: (a, b) => at(a).plus(ms(b)), minusTime: (a, b) => at(a).minus(at(b)), minusDuration: (a, b) => at(a).minus(ms(b)),
  floor: (a, step, zero) => at(a).floor(ms(step), at(zero)), isMultipleOf: (a, b) => at(a).isMultipleOf(ms(b)),
  until: (a, b, step) => at(a).until(at(b), ms(step)), to: (a, b, step) => at(a).to(at(b), ms(step)),
}

test.each(Object.entries(rowsOf('duration')))('duration: %s', (method, rows) => {
  for (const row of rows) expect(plain(DURATION[method]!(...row.slice(0, -1))), JSON.stringify(row)).toEqual(row.at(-1))
})

test.each(Object.entries(rowsOf('time')))('time: %s', (method, rows) => {
  for (const row of rows) expect(plain(TIME[method]!(...row.slice(0, -1))), JSON.stringify(row)).toEqual(row.at(-1))
})

test('times and durations are numbers in arithmetic and text as Spark writes them', () => {
  expect(Number(new Time(3000)) - 1000).toBe(2000)
  expect(Seconds(1) < Seconds(2)).toBe(true)
  expect(`${Seconds(2)} ${new Time(5)}`).toBe('2000 ms 5 ms')
  expect(new Interval(new Time(1), new Time(4)).duration().milliseconds).toBe(3)
  expect(Minutes(3).prettyPrint()).toBe('3.0 m')
  expect(() => new Duration(NaN)).toThrow('finite')
})

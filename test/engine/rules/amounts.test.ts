/** Numbers that are read from bytes are those that JavaScript reads from text. */
import { expect, test } from 'vitest'
import { seededRandom } from '#src/core/random.js'
import { Amounts } from '#src/engine/task/rules/amounts.js'

const ROWS = [
  '', ' ', '0', '-0', '+1', '-', '.', '-.', '5.', '.5', '-.5', '1.2.3', '1e3', '1E-3', '0x10', '0b1', 'Infinity', '-Infinity', 'NaN', '12abc', ' 12 ', '\u00a012', '1_000', '٣', '00012', '-00.50', '--1', '1-', '0.1', '0.30000000000000004',
  '9007199254740991', '9007199254740993', '999999999999999', '99999999999999.9', '123456789012345678', '0.1234567890123456789', '5e-324', '1.7976931348623157e309', '1'.repeat(400),
]

/** Digits of any number, with and without a point. */
function randomNumbers(): string[] {
  const random = seededRandom(3)
  const digits = (most: number): string => Array.from({ length: Math.floor(random() * (most + 1)) }, () => Math.floor(random() * 10)).join('')
  return Array.from({ length: 20_000 }, () => `${random() < 0.3 ? '-' : ''}${digits(18)}${random() < 0.6 ? `.${digits(18)}` : ''}`)
}

test.each([['Number', Number], ['parseFloat', parseFloat]] as const)('%s', (_, parse) => {
  const amounts = new Amounts((a, b) => (a as number) + (b as number), text => (parse as (text: unknown) => number)(text))
  const wrong = [...ROWS, ...randomNumbers()].filter(text => {
    const bytes = Buffer.from(`7${text}7`)
    return !Object.is(amounts.read(bytes, 1, bytes.length - 1), parse(text))
  })
  expect(wrong).toEqual([])
  expect(amounts.missing()).toBe(NaN)
})

test('whole numbers are exact as long as all of them together are', () => {
  const after = (...values: number[]): boolean => {
    const amounts = new Amounts(Math.max as never, Number)
    values.forEach((value, i) => { amounts.add(i, true, value) })
    return amounts.exact
  }
  expect([after(1, 2, -3), after(2 ** 53 - 1), after(0.5), after(-0), after(NaN), after(2 ** 52, 2 ** 52), after(2 ** 53 - 2, 1)]).toEqual([true, true, false, false, false, false, true])
})

import { expect, test } from 'vitest'
import { ManualClock, SystemClock } from '#src/core/clock.js'

test('a manual clock fires alarms in order of their times, also those set by alarms', () => {
  const clock = new ManualClock()
  const fired: string[] = []
  clock.at(30, () => fired.push(`c@${clock.now()}`))
  clock.at(10, () => { fired.push('a'); clock.at(20, () => fired.push('b')) })
  const cancel = clock.at(15, () => fired.push('cancelled'))
  cancel()
  clock.advance(25)
  expect(fired).toEqual(['a', 'b'])
  clock.advance(5)
  expect(fired).toEqual(['a', 'b', 'c@30'])
})

test.each([
  { name: 'in step', wall: [5000, 5100, 5200], expected: [5000, 5100, 5200] },
  { name: 'set back an hour: time goes on from where it was', wall: [3_605_000, 5100, 5200], expected: [3_605_000, 3_605_100, 3_605_200] },
  { name: 'set forward an hour, or asleep: it jumps', wall: [5000, 3_605_100, 3_605_200], expected: [5000, 3_605_100, 3_605_200] },
  { name: 'standing still', wall: [5000, 5000, 5000], expected: [5000, 5100, 5200] },
])('the system clock never goes back and never stops: wall clock $name', ({ wall, expected }) => {
  let elapsedMs = 0
  const clock = new SystemClock(() => wall.shift()!, () => elapsedMs)
  expect(expected.map(() => { const nowMs = clock.now(); elapsedMs += 100; return nowMs })).toEqual(expected)
})

test('the system clock rings, and an alarm can be cancelled', async () => {
  const clock = new SystemClock()
  const rung: number[] = []
  const cancel = clock.at(clock.now() + 5, () => rung.push(0))
  cancel()
  await new Promise<void>(resolve => { clock.at(clock.now() + 10, () => { rung.push(1); resolve() }) })
  expect(rung).toEqual([1])
})

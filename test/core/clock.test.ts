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

test('the system clock never goes back', () => {
  const wall = [5000, 4000, 6000]
  const real = Date.now
  try {
    Date.now = () => wall.shift()!
    const clock = new SystemClock()
    expect([clock.now(), clock.now(), clock.now()]).toEqual([5000, 5000, 6000])
  } finally { Date.now = real }
})

test('the system clock rings, and an alarm can be cancelled', async () => {
  const clock = new SystemClock()
  const rung: number[] = []
  const cancel = clock.at(clock.now() + 5, () => rung.push(0))
  cancel()
  await new Promise<void>(resolve => { clock.at(clock.now() + 10, () => { rung.push(1); resolve() }) })
  expect(rung).toEqual([1])
})

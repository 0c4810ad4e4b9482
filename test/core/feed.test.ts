import { expect, test } from 'vitest'
import { ManualClock } from '#src/core/clock.js'
import { Feed, type FeedTarget } from '#src/core/feed.js'

class Target implements FeedTarget<number> {
  readonly got: number[][] = []
  act = (): void => {}
  constructor(public room = Infinity) {}
  push(records: readonly number[]): void { if (records.length) { this.got.push([...records]); this.room -= records.length } }
  whenRoom(act: () => void): void { this.act = act }
}

function* upTo(last: number): Generator<number> { for (let i = 1; i <= last; i++) yield i }

test('without a rate: as far as there is room, the rest when there is more', async () => {
  const target = new Target(3)
  const feed = new Feed(upTo(5), target, new ManualClock())
  expect([target.got, feed.sent]).toEqual([[[1, 2, 3]], 3])
  target.room = 10
  target.act()
  expect(target.got).toEqual([[1, 2, 3], [4, 5]])
  expect(await feed.done).toBe(5)
})

test.each([
  { perSecond: 2, steps: [1000, 1000], got: [[1, 2], [3, 4]] },
  { perSecond: 3, steps: [1000, 1000], got: [[1, 2, 3], [4, 5, 6]] },
  { perSecond: 0.5, steps: [1000, 1000, 2000], got: [[1], [2]] },
  { perSecond: 0.1, steps: Array.from({ length: 20 }, () => 1000), got: [[1], [2]] },
  { perSecond: 2, steps: [250, 250, 500], got: [[1], [2]] },
])('$perSecond a second, time going by in steps of $steps', ({ perSecond, steps, got }) => {
  const [target, clock] = [new Target(), new ManualClock()]
  const feed = new Feed(upTo(1000), target, clock, { perSecond })
  for (const ms of steps) clock.advance(ms)
  expect(target.got).toEqual(got)
  feed.stop()
  clock.advance(10_000)
  expect(target.got).toEqual(got)
})

test('a fast one brings several at a time, and what nobody has room for is left out', () => {
  const [target, clock] = [new Target(100), new ManualClock()]
  const feed = new Feed(upTo(1_000_000), target, clock, { perSecond: 100_000 })
  clock.advance(1000)
  expect(feed.sent).toBe(100)
  target.room = Infinity
  clock.advance(1000)
  expect(feed.sent).toBe(100 + 100_000)
})

test('the end is known with the last record; after a sleep a minute is made up for', async () => {
  const [target, clock] = [new Target(), new ManualClock()]
  const feed = new Feed(upTo(61), target, clock, { perSecond: 1 })
  clock.advance(24 * 3_600_000)
  expect(feed.sent).toBe(60)
  clock.advance(1000)
  expect(await feed.done).toBe(61)
})

test('what its records throw is its own failure', async () => {
  const feed = new Feed((function* () { yield 1; throw new Error('the disk is gone') })(), new Target(), new ManualClock())
  await expect(feed.done).rejects.toThrow('the disk is gone')
})

test.each([0, -1, NaN, 1e7])('%s a second is no rate', perSecond => {
  expect(() => new Feed([1], new Target(), new ManualClock(), { perSecond })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
})

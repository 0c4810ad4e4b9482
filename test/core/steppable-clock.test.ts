import { expect, test } from 'vitest'
import { ManualClock, type Clock } from '#src/core/clock.js'
import { SteppableClock } from '#src/core/steppable-clock.js'

/** The wall is a manual clock behind a plain one: time that only the test lets go by. */
class Wall implements Clock {
  readonly #clock: ManualClock
  constructor(startMs: number) { this.#clock = new ManualClock(startMs) }
  now(): number { return this.#clock.now() }
  at(atMs: number, fire: () => void): () => void { return this.#clock.at(atMs, fire) }
  pass(ms: number): void { this.#clock.advance(ms) }
}

const WALL_MS = 1_800_000_000_000

const clocks = (): { wall: Wall; clock: SteppableClock } => { const wall = new Wall(WALL_MS); return { wall, clock: new SteppableClock(wall) } }

test('goes by the wall until it is stopped, and rings', () => {
  const { wall, clock } = clocks()
  const rung: number[] = []
  clock.at(WALL_MS + 1000, () => rung.push(clock.now()))
  const cancel = clock.at(WALL_MS + 500, () => rung.push(-1))
  cancel()
  expect([clock.now(), clock.isManual]).toEqual([WALL_MS, false])
  wall.pass(1000)
  expect(rung).toEqual([WALL_MS + 1000])
})

test.each([
  { name: 'nothing runs: it begins at 0', held: false, atMs: 0 },
  { name: 'a stream runs: it stays where it is', held: true, atMs: WALL_MS },
])('stopped while $name', ({ held, atMs }) => {
  const { wall, clock } = clocks()
  if (held) clock.hold()
  clock.manual()
  wall.pass(5000)
  expect([clock.now(), clock.isManual]).toEqual([atMs, true])
})

test('stopped, alarms ring when it is moved past them, in the order of their times', () => {
  const { wall, clock } = clocks()
  clock.hold()
  const rung: string[] = []
  clock.at(WALL_MS + 2000, () => rung.push('b'))
  clock.at(WALL_MS + 1000, () => rung.push('a'))
  clock.manual()
  clock.at(WALL_MS + 3000, () => rung.push('c'))
  wall.pass(10_000)
  expect(rung).toEqual([])
  clock.advance(2000)
  expect(rung).toEqual(['a', 'b'])
  clock.setTo(WALL_MS + 3000)
  expect(rung).toEqual(['a', 'b', 'c'])
})

test.each([
  { name: 'stopped in the middle, it returns to the wall', steppedMs: 1000, passedMs: 60_000, thenMs: WALL_MS + 60_000 },
  { name: 'stepped beyond the wall, it goes on from where it is', steppedMs: 60_000, passedMs: 1000, thenMs: WALL_MS + 60_000 },
])('let go again: $name', ({ steppedMs, passedMs, thenMs }) => {
  const { wall, clock } = clocks()
  clock.hold()
  const rung: number[] = []
  clock.manual()
  clock.advance(steppedMs)
  wall.pass(passedMs)
  clock.at(thenMs + 10, () => rung.push(clock.now()))
  clock.system()
  expect([clock.now(), clock.isManual]).toEqual([thenMs, false])
  wall.pass(10)
  expect(rung).toEqual([thenMs + 10])
})

test('one that began at 0 goes on from its own time, also when it is stopped and let go again', () => {
  const { wall, clock } = clocks()
  clock.manual()
  const release = clock.hold()
  clock.advance(3000)
  clock.system()
  wall.pass(500)
  expect(clock.now()).toBe(3500)
  clock.manual()
  wall.pass(60_000)
  expect(clock.now()).toBe(3500)
  clock.system()
  wall.pass(500)
  expect([clock.now(), clock.isOffWall]).toEqual([4000, true])
  release()
  clock.manual()
  clock.system() // nothing runs any more: the wall's time
  expect([clock.now(), clock.isOffWall]).toEqual([wall.now(), false])
})

test('what only paces itself by a clock goes on when the clock begins at 0', () => {
  const { wall, clock } = clocks()
  const rung: number[] = []
  clock.at(WALL_MS + 500, () => rung.push(clock.now()))
  wall.pass(100)
  clock.manual()
  clock.advance(400)
  expect(rung).toEqual([400])
})

test.each([
  { name: 'of a clock by hand: from there', lastMs: 5000, thenMs: 5000 },
  { name: 'of the wall: the wall', lastMs: WALL_MS - 60_000, thenMs: WALL_MS },
])('going on from a run $name', ({ lastMs, thenMs }) => {
  const { wall, clock } = clocks()
  clock.goOnFrom(lastMs)
  wall.pass(10)
  expect(clock.now()).toBe(thenMs + 10)
})

test('while time goes by itself it cannot be moved', () => {
  expect(() => new SteppableClock(new Wall(0)).advance(10)).toThrow(expect.objectContaining({ code: 'CLOCK_RUNS' }))
})

test('over a manual clock it is that clock', () => {
  const hand = new ManualClock(100)
  const clock = new SteppableClock(hand)
  clock.manual()
  clock.advance(50)
  clock.system()
  expect([clock.isManual, clock.now(), hand.now()]).toEqual([true, 150, 150])
})

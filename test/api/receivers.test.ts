/** Receivers of one's own, in their thread: what is stored comes out, in order, bounded, through restarts and to the end. */
import { afterAll, expect, test } from 'vitest'
import type { Events } from '#src/core/events.js'
import { Receiver, SparkConf, SparkContext, type StreamingContext } from '#src/index.js'
import { EventBus } from '#src/core/events.js'
import { gathered, messagesOf, openContext, openSpark } from '../support/context.js'

const opened: SparkContext[] = []
afterAll(() => Promise.all(opened.map(sc => sc.stop())))
function stageWith(settings: Record<string, unknown> = {}) {
  const sc = new SparkContext(new SparkConf(Object.entries({ 'spark.master': 'local[2]', 'spark.streaming.blockInterval': '10ms', ...settings }).map(([key, value]) => [key, String(value)])), 'receivers', new EventBus())
  opened.push(sc)
  return openContext({ sc })
}

/** Resolves at the first event of that kind that is as wanted. */
const until = <K extends keyof Events>(sc: SparkContext, kind: K, wanted: (event: Events[K]) => boolean): Promise<Events[K]> =>
  new Promise(resolve => { const forget = sc.events.on(kind, event => { if (wanted(event)) { forget(); resolve(event) } }) })
const stored = (sc: SparkContext, count: number): Promise<unknown> => until(sc, 'received', ({ records }) => records >= count)

class Producers extends Receiver<number> {
  constructor(readonly producers: number, readonly each: number) { super() }
  onStart(): void { for (let i = 0; i < this.producers; i++) void this.produce(i) }
  onStop(): void {}
  async produce(from: number): Promise<void> {
    for (let i = 0; i < this.each; i++) {
      await this.store(from * this.each + i)
      if (i % 100 === 0) await new Promise(done => setTimeout(done, from % 3))
    }
  }
}

test('multi-thread-receiver: nothing that ten producers store is lost', async () => {
  const stage = stageWith()
  const counts = gathered(stage.ssc.receiverStream(new Producers(10, 1000)).count())
  const all = stored(stage.sc, 10_000)
  stage.ssc.start()
  await stage.step(2)
  await all
  await stage.step(1)
  await stage.ssc.stop(false, true)
  expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(10_000)
})

class Point { constructor(readonly x: number) {} }

test('records keep their order and their kind; many at once; a broadcast is read; console.log is told', async () => {
  const stage = stageWith()
  const factor = stage.sc.broadcast(3)
  class Kinds extends Receiver<unknown> {
    onStart(): void {
      console.log(`stream ${this.streamId >= 0}`)
      void this.store(['pair', factor.value])
      void this.storeAll([new Point(1), new Map([['k', new Date(5)]]), 7n])
      void this.store(undefined)
    }
    onStop(): void {}
  }
  const out = gathered(stage.ssc.receiverStream(new Kinds()).map(row => row instanceof Point ? row.x + 1 : row))
  const [all, said] = [stored(stage.sc, 5), until(stage.sc, 'console', () => true)]
  stage.ssc.start()
  await all
  await stage.step(2)
  await stage.ssc.stop()
  expect(out).toEqual([[['pair', 3], 2, new Map([['k', new Date(5)]]), 7n, undefined], []])
  expect((await said).text).toBe('stream true\n')
})

test('restart closes and opens again; isStarted and isStopped tell', async () => {
  const stage = stageWith()
  class Flaky extends Receiver<string> {
    starts = 0
    stops = 0
    onStart(): void {
      void this.store(`start ${++this.starts} ${this.isStarted()} ${this.isStopped()}`)
      if (this.starts < 3) this.restart('lost it', new Error('reset'), 1)
    }
    onStop(): void { void this.store(`stop ${++this.stops} ${this.isStarted()} ${this.isStopped()}`) }
  }
  const messages = messagesOf(stage.sc)
  const errors: string[] = []
  stage.sc.events.on('receiverError', ({ code, message }) => errors.push(`${code} ${message}`))
  const out = gathered(stage.ssc.receiverStream(new Flaky()))
  const all = stored(stage.sc, 5)
  stage.ssc.start()
  await all
  await stage.step(1)
  await stage.ssc.stop(false, true)
  expect(out.flat()).toEqual(['start 1 true false', 'stop 1 false true', 'start 2 true false', 'stop 2 false true', 'start 3 true false', 'stop 3 false true'])
  expect(errors).toEqual(['RESTARTING lost it: reset', 'RESTARTING lost it: reset'])
  expect(messages).toContain('Flaky: lost it: reset; starting again in 0.001 s')
})

test.each<[string, Receiver<number>, string]>([
  ['onStart throws', new class Throws extends Receiver<number> { onStart(): void { throw new Error('no way') } onStop(): void {} }(), 'Throws: onStart failed: no way; it receives no more'],
  ['onStart rejects', new class Rejects extends Receiver<number> { async onStart(): Promise<void> { throw new Error('later') } onStop(): void {} }(), 'Rejects: onStart failed: later; it receives no more'],
  ['stop', new class Ends extends Receiver<number> { onStart(): void { void this.store(1); this.stop('all read') } onStop(): void {} }(), 'Ends: all read; it receives no more'],
  ['reportError', new class Reports extends Receiver<number> { onStart(): void { this.reportError('odd', new Error('header')) } onStop(): void {} }(), 'Reports: odd: header'],
  ['a record that cannot travel', new class Bad extends Receiver<unknown> { onStart(): void { void this.storeAll([1, () => 1, 2]) } onStop(): void {} }() as Receiver<number>, 'Bad: a record was left out:'],
])('%s is said, and the context goes on', async (_name, receiver, said) => {
  const stage = stageWith()
  const out = gathered(stage.ssc.receiverStream(receiver))
  const told = until(stage.sc, 'message', ({ text }) => text.startsWith(said))
  stage.ssc.start()
  expect((await told).text).toContain(said)
  await stage.step(1)
  expect(stage.ssc.getState()).toBe('ACTIVE')
  await stage.ssc.stop(false, true)
  const expected: Record<string, number[]> = { Ends: [1], Bad: [1, 2] }
  expect(out.flat()).toEqual(expected[receiver.constructor.name] ?? [])
})

test('who awaits store() is held back until batches are done', async () => {
  const stage = stageWith({ 'spark.streaming.receiver.maxBufferedBytes': 1000 })
  class Fast extends Receiver<string> {
    async onStart(): Promise<void> { for (let i = 0; i < 40 && !this.isStopped(); i++) await this.store('x'.repeat(100)) ; console.log('all stored') }
    onStop(): void {}
  }
  const out = gathered(stage.ssc.receiverStream(new Fast()))
  let done = false
  void until(stage.sc, 'console', () => true).then(() => { done = true })
  stage.ssc.start()
  for (let i = 0; i < 100 && !done; i++) await Promise.all([stage.step(1), new Promise(next => setTimeout(next, 5))])
  await stage.ssc.stop(false, true)
  expect(out.flat()).toHaveLength(40)
})

test('a receiver that loops hurts no socket and no other receiver of its context; stop() ends it', async () => {
  const stage = stageWith()
  class Eager extends Receiver<number> {
    async onStart(): Promise<void> { for (let i = 0; !this.isStopped(); i++) await this.store(i) }
    onStop(): void {}
  }
  const out = gathered(stage.ssc.receiverStream(new Eager()).filter(n => n < 3))
  const some = stored(stage.sc, 3)
  stage.ssc.start()
  await some
  await stage.step(1)
  await stage.ssc.stop(false, true)
  expect(out.flat()).toEqual([0, 1, 2])
})

test('what cannot leave the driver is refused at start, by its name', async () => {
  const stage = stageWith()
  const { ssc } = stage
  class Caught extends Receiver<number> { onStart(): void { void this.store(Number(ssc.batchDuration)) } onStop(): void {} }
  ssc.receiverStream(new Caught()).print()
  expect(() => ssc.start()).toThrow(/`?ssc`?.*cannot leave the driver/)
  expect(ssc.getState()).toBe('INITIALIZED')
})

test.each<[string, (ssc: StreamingContext) => unknown, RegExp]>([
  ['what is no Receiver', ssc => ssc.receiverStream({ onStart() {} } as never), /needs a Receiver/],
  ['store() on the driver', () => new Producers(1, 1).store(5), /was called on the driver/],
])('%s is refused', (_name, act, message) => { expect(() => act(stageWith().ssc)).toThrow(message) })

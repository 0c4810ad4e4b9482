import { expect, test } from 'vitest'
import { neededStages, ShuffleStore } from '#src/engine/embedded/shuffle-store.js'
import type { JobPlan, Stage } from '#src/engine/driver/stages.js'

const stage = (key: string, of: object, ...needs: string[]): Stage => ({ key, kind: key === 'result' ? 'result' : 'exchange', of: of as never, drafts: new Map(), needs: new Set(needs) })
const outputs = (bytes: number) => new Map([[0, [{ parts: [{ in: new SharedArrayBuffer(bytes), start: 0, end: bytes }], records: 1, classes: [] }]]])
const plan = (...stages: Stage[]): JobPlan => ({ stages, partitions: [0] })
const none = new Map()

test('over the limit the oldest go first', () => {
  const store = new ShuffleStore(100)
  const stages = ['a', 'b', 'c'].map(key => stage(key, {}))
  for (const each of stages) store.keep(each, new Map([[each.key, outputs(40)]]), none)
  expect([...store.reusable(plan(...stages), none).keys()]).toEqual(['b', 'c'])
})

test('what was made from other rows than those at hand is not used', () => {
  const store = new ShuffleStore()
  const [below, above] = [stage('below', {}), stage('above', {}, 'below')]
  const [old, fresh] = [outputs(1), outputs(1)]
  store.keep(below, new Map([['below', old]]), none)
  store.keep(above, new Map([['below', old], ['above', outputs(2)]]), none)
  expect([...store.reusable(plan(below, above), none).keys()]).toEqual(['below', 'above'])
  store.keep(below, new Map([['below', fresh]]), none)
  expect([...store.reusable(plan(below, above), none).keys()]).toEqual(['below'])
})

test('what only a reused stage would read is not computed', () => {
  const stages = [stage('a', {}), stage('b', {}, 'a'), stage('c', {}), stage('result', {}, 'b', 'c')]
  expect(neededStages(plan(...stages), new Map([['b', new Map()]])).map(({ key }) => key)).toEqual(['c', 'result'])
  expect(neededStages(plan(...stages), new Map()).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'result'])
})

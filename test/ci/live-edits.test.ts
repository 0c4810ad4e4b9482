/** A thousand random edits of a graph with state and windows while its batches run: what every output gave is what a model says that knows the times of the edits. */
import { describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { playEdits } from '../support/edited-run.ts'
import { contextOn, SPARKS } from '../support/real-spark.ts'

const EDITS = Number(process.env.EDITS ?? 1000)
const newSeed = (): number => Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test.each([['between batches', true], ['while batches run', false]])(`${EDITS} edits, %s`, async (_, byHand) => {
  const seed = newSeed()
  console.log(`seed ${seed} (SEED=${seed} plays it again)`)
  const { errors, times, batchMs, outputs, lateMs } = await playEdits({ seed, edits: EDITS, byHand })
  expect(errors).toEqual([])
  expect(times).toEqual(times.map((_, i) => times[0]! + i * batchMs))
  for (const { name, found, expected } of outputs) expect(found, name).toEqual(expected)
  console.log(`${times.length} batches of ${batchMs} ms, ${outputs.length} outputs; a batch waited ${lateMs} ms at most`)
})

describe.each(SPARKS)('$name', ({ version, skip }) => {
  test.skipIf(skip)('20 edits', async () => {
    const seed = newSeed()
    console.log(`seed ${seed} (SEED=${seed} plays it again)`)
    const { errors, times, outputs } = await playEdits({ seed, edits: 20, byHand: true, sc: contextOn(version, 'local[2]', {}, new EventBus()) })
    expect(errors).toEqual([])
    expect(times.length).toBeGreaterThan(5)
    for (const { name, found, expected } of outputs) expect(found, name).toEqual(expected)
  })
})

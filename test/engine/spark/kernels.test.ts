/**
 * Each kernel and action on the engine of Spark, over a Spark without Java and the real workers, in both dialects: the same rows as the
 * dull model, the same partitions, the same order, though an exchange brings its frames in another.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '#src/engine/engine.js'
import { fakeSpark, sparkOver } from '../../support/fake-spark.ts'
import { ACTIONS, KERNELS, numbers, pairs, SORTED, sum } from '../../support/kernel-rows.ts'
import { ModelEngine } from '../../support/model-engine.ts'
import * as p from '../../support/plans.ts'

const fake = fakeSpark()
afterAll(fake.remove)

describe.each(['3.5', '4.3'])('Spark %s', dialect => {
  let engine: Engine
  beforeAll(() => {
    process.env.JAVA_HOME = fake.javaHome
    process.env.FAKE_SPARK_DIALECT = dialect
    engine = sparkOver(fake.home)
    engine.warmUp!() // the environment is read here
  })
  afterAll(() => engine.stop())

  // The other dialect is another way of saying the same: a few rows show that it is understood.
  const some = ['reduceByKey', 'cogroup', 'cartesian', 'persist', 'longer than one run']
  test.each(Object.entries(KERNELS).filter(([name]) => dialect === '3.5' || some.includes(name)))('%s', async (_, rdd) => {
    expect(await p.run(engine, rdd)).toEqual(await p.run(new ModelEngine(), rdd))
  })

  test.each(SORTED)('%s', async (_, rdd, expected) => {
    expect(await p.collect(engine, rdd)).toEqual(expected)
  })

  test.each(ACTIONS)('action %s', async (_, action, expected) => {
    expect(await p.run(engine, numbers, action)).toEqual(expected)
  })

  test('only the partitions that were asked for', async () => {
    expect(await p.run(engine, p.reduceByKey(sum, 4)(pairs), { kind: 'count' }, [3, 1])).toHaveLength(2)
    expect(await p.run(engine, numbers, { kind: 'collect' }, [2, 0])).toEqual([[9, 2, 7], [5, 3]])
  })
})

test('nearly nothing fits in a worker\'s memory', async () => {
  const engine = sparkOver(fake.home, { 'spark.tspark.spillEveryRows': '3' })
  for (const name of ['reduceByKey', 'groupByKey', 'cogroup', 'longer than one run']) expect(await p.run(engine, KERNELS[name]!), name).toEqual(await p.run(new ModelEngine(), KERNELS[name]!))
  await engine.stop()
})

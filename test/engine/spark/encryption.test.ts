/** Spark encrypts what it writes: what the driver gives goes there by sockets, broadcasts come back by sockets, and no file of ours tells anything. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SparkConf, SparkContext } from '#src/index.js'
import { fakeSpark } from '../../support/fake-spark.ts'

const fake = fakeSpark()
const directory = mkdtempSync(join(tmpdir(), 'tspark-encrypted-'))
const before = process.env.TMPDIR
beforeAll(() => { process.env.TMPDIR = directory })
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  fake.remove()
  rmSync(directory, { recursive: true, force: true })
})

const SECRET = 'the word that nobody may read'

describe.each(['3.5', '4.3'])('Spark %s', dialect => {
  let sc: SparkContext
  beforeAll(() => {
    Object.assign(process.env, { JAVA_HOME: fake.javaHome, FAKE_SPARK_DIALECT: dialect })
    const settings = { 'spark.master': 'local[2]', 'spark.tspark.engine': 'spark', 'spark.tspark.sparkHome': fake.home, 'spark.io.encryption.enabled': 'true' }
    sc = new SparkContext(new SparkConf(Object.entries(settings)), 'encrypted')
    sc.warmUp() // the environment is read here
  })
  afterAll(() => sc.stop())

  const filesOfOurs = (): Buffer[] => readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(({ parentPath, name }) => readFileSync(join(parentPath, name)))

  test('rows that the driver holds, shuffled', async () => {
    expect(await sc.parallelize([SECRET, 'b', SECRET], 3).map(word => [word, 1]).reduceByKey((a, b) => a + b, 2).collect()).toEqual(expect.arrayContaining([[SECRET, 2], ['b', 1]]))
  })

  test('several broadcasts, one of them long, again and again', async () => {
    const names = sc.broadcast(new Map([['a', SECRET]]))
    const long = sc.broadcast('x'.repeat(2_500_000))
    const named = sc.parallelize(['a', 'b'], 2).map(key => `${names.value.get(key) ?? key} ${long.value.length}`)
    for (const _ of [1, 2]) expect(await named.collect()).toEqual([`${SECRET} 2500000`, 'b 2500000'])
    const files = filesOfOurs()
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter(bytes => bytes.includes(SECRET) || bytes.includes('xxxx'))).toEqual([])
  })

  test('a long command', async () => {
    const table = Array.from({ length: 40_000 }, (_, i) => `${i} ${SECRET}`)
    expect(await sc.parallelize([1, 39_999], 2).map(i => table[i]).collect()).toEqual([`1 ${SECRET}`, `39999 ${SECRET}`])
  })
})

/** Files in and files out, through the engine: textFile, saveAsTextFile, textFileStream and saveAsTextFiles. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { ManualClock, Seconds, SparkContext, StreamingContext } from '#src/index.js'

let dir: string
let sc: SparkContext
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tspark-e2e-'))
  sc = new SparkContext('local[2]', 'files', new EventBus())
})
afterEach(async () => {
  await sc.stop()
  rmSync(dir, { recursive: true, force: true })
})

const put = (name: string, text: string | Uint8Array): string => {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}
const contents = (path: string) => Object.fromEntries(readdirSync(path).sort().map(name => [name, readFileSync(join(path, name), 'utf8')]))

describe('RDDs', () => {
  const text = Array.from({ length: 1000 }, (_, i) => `${i} ${'naïve'.repeat(i % 7)}${['\n', '\r\n', '\r'][i % 3]}`).join('')
  const lines = Array.from({ length: 1000 }, (_, i) => `${i} ${'naïve'.repeat(i % 7)}`)

  test.each([1, 2, 3, 7, 50])('textFile in %i partitions: each line once, in order', async parts => {
    const rdd = sc.textFile(put('in.txt', text), parts)
    expect(await rdd.collect()).toEqual(lines)
    expect(rdd.node.numPartitions).toBeGreaterThanOrEqual(parts)
  })

  test('.gz, several files, a directory', async () => {
    put('a.gz', gzipSync('zipped\nlines\n'))
    put('b.txt', 'plain\n')
    put('_ignored', 'x\n')
    expect(await sc.textFile(dir).collect()).toEqual(['zipped', 'lines', 'plain'])
    expect(await sc.textFile(`${dir}/b.txt,${dir}/*.gz`).collect()).toEqual(['plain', 'zipped', 'lines'])
  })

  test('saveAsTextFile, then textFile, is identity; a second time is refused', async () => {
    const out = join(dir, 'out')
    await sc.parallelize(lines, 3).saveAsTextFile(out)
    expect(readdirSync(out).sort()).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002'])
    expect(await sc.textFile(out).collect()).toEqual(lines)
    expect(() => sc.parallelize(lines).saveAsTextFile(out)).toThrow(expect.objectContaining({ code: 'OUTPUT_EXISTS' }))
  })

  test('a job that fails leaves no output', async () => {
    const failing = sc.parallelize([1, 2, 3], 3).map(n => { if (n === 2) throw new Error('two'); return n })
    await expect(failing.saveAsTextFile(join(dir, 'out'))).rejects.toThrow('two')
    expect(readdirSync(dir)).toEqual([])
  })

  test('a job that is refused leaves no output', async () => {
    const thread = new Worker('', { eval: true })
    expect(() => sc.parallelize([1]).map(() => thread.threadId).saveAsTextFile(join(dir, 'out'))).toThrow('thread')
    await thread.terminate()
    await expect.poll(() => readdirSync(dir)).toEqual([])
  })
})

describe('streams', () => {
  test('saveAsTextFiles', async () => {
    const clock = new ManualClock()
    const ssc = new StreamingContext(sc, Seconds(1), { clock })
    ssc.queueStream([sc.parallelize([['a', 1], ['b', 2]], 2)]).saveAsTextFiles(join(dir, 'out/wc'), 'txt')
    ssc.start()
    clock.advance(2000)
    await ssc.idle()
    await ssc.stop()
    expect(contents(join(dir, 'out/wc-1000.txt'))).toEqual({ _SUCCESS: '', 'part-00000': '(a,1)\n', 'part-00001': '(b,2)\n' })
    expect(contents(join(dir, 'out/wc-2000.txt'))).toEqual({ _SUCCESS: '', 'part-00000': '' })
  })

  test('textFileStream reads what appears, batch by batch', async () => {
    const clock = new ManualClock(10_000)
    const ssc = new StreamingContext(sc, Seconds(1), { clock })
    mkdirSync(join(dir, 'in'))
    const got: [number, unknown[]][] = []
    ssc.textFileStream(join(dir, 'in')).flatMap(line => line.split(' ')).foreachRDD(async (rdd, time) => { got.push([time.milliseconds, await rdd.collect()]) })
    ssc.start()
    await ssc.idle()
    for (const [name, mtime] of [['one two', 10.5], ['three', 11.5]] as const) {
      utimesSync(put(`in/${name}`, `${name}\n`), mtime, mtime)
      clock.advance(1000)
      await ssc.idle()
    }
    await ssc.stop()
    expect(got).toEqual([[11_000, ['one', 'two']], [12_000, ['three']]])
    expect(existsSync(join(dir, 'in/three'))).toBe(true)
  })
})

/** Receivers on executors, from the socket to the batch, on the Spark without Java: its receivers are sockets of that process. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, SparkContext, StreamingContext, type DStream, type RDD } from '#src/index.js'
import { fakeSpark } from '../support/fake-spark.ts'
import { LineFeeder } from '../support/line-feeder.ts'

const fake = fakeSpark()
const javaHomeBefore = process.env.JAVA_HOME
beforeAll(() => { process.env.JAVA_HOME = fake.javaHome })
afterAll(() => {
  if (javaHomeBefore === undefined) delete process.env.JAVA_HOME
  else process.env.JAVA_HOME = javaHomeBefore
  fake.remove()
})

const BATCH = Milliseconds(200)
// A busy machine takes its time.
const PATIENTLY = { timeout: 30_000 }
let feeder: LineFeeder
let events: EventBus
let said: string[]
let sc: SparkContext
let ssc: StreamingContext

function open(settings: Record<string, string> = {}, master = 'local[4]'): void {
  sc = new SparkContext(new SparkConf(Object.entries({ 'spark.master': master, 'spark.tspark.engine': 'spark', 'spark.tspark.sparkHome': fake.home, 'spark.tspark.receivers': 'executors', ...settings })), 'test', events)
  ssc = new StreamingContext(sc, BATCH)
}

beforeEach(async () => {
  feeder = await LineFeeder.open()
  events = new EventBus()
  said = []
  events.on('message', ({ level, text }) => { if (!/is (ready|starting)|registered/.test(text)) said.push(`${level} ${text}`) })
})
afterEach(async () => {
  delete process.env.FAKE_SPARK
  await ssc.stop(false)
  await sc.stop()
  await feeder.close()
})

/** Everything that the stream has given, batch after batch; resolves with it once `until` holds. */
async function gathered<T>(stream: DStream<T>, until: (rows: readonly T[]) => boolean, meanwhile: () => Promise<void>): Promise<T[]> {
  const rows: T[] = []
  let done = (): void => {}
  const all = new Promise<void>(resolve => { done = resolve })
  stream.foreachRDD(async rdd => {
    rows.push(...await rdd.collect())
    if (until(rows)) done()
  })
  ssc.start()
  await meanwhile()
  await all
  return rows
}

const lines = (count: number, text = 'line'): string => Array.from({ length: count }, (_, i) => `${text} ${i}\n`).join('')
const connected = async (): Promise<void> => { await feeder.connected() }

describe('what a batch reads', () => {
  test('lines in their order, from many blocks', async () => {
    open()
    const rows = await gathered(ssc.socketTextStream('localhost', feeder.port), all => all.length >= 1000, async () => {
      await connected()
      await feeder.send(lines(1000), () => 0.3)
    })
    expect(rows).toEqual(lines(1000).trimEnd().split('\n'))
    expect(said).toEqual([])
  })

  test('empty lines, lone line ends and what is no ASCII', async () => {
    open()
    const rows = await gathered(ssc.socketTextStream('localhost', feeder.port), all => all.includes('end'), async () => {
      await connected()
      await feeder.send('\n\na\r\n\nünd 💡\nend\n')
    })
    expect(rows).toEqual(['', '', 'a', '', 'ünd 💡', 'end'])
  })

  const SHAPES: [string, (stream: DStream<string>) => DStream<unknown>, number][] = [
    ['a count', stream => stream.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).filter(([word]) => word === 'line').map(([, count]) => count), 300],
    ['partitions brought together', stream => stream.transform(rdd => rdd.coalesce(1).map(() => 1)), 300],
    ['pairs of partitions', stream => stream.transform(rdd => rdd.zip(rdd.map(line => line.length)).map(() => 1)), 300],
    ['the stream beside itself', stream => stream.union(stream).map(() => 1), 600],
    ['beside rows of the driver', stream => stream.transform(rdd => rdd.union(sc.parallelize(['one', 'more'], 2)).filter(line => line.startsWith('line')).map(() => 1)), 300],
  ]
  test.each(SHAPES)('%s', async (_, operation, expected) => {
    open()
    const total = (rows: readonly unknown[]): number => rows.reduce<number>((sum, count) => sum + Number(count), 0)
    const rows = await gathered(operation(ssc.socketTextStream('localhost', feeder.port)), all => total(all) >= expected, async () => {
      await connected()
      await feeder.send(lines(300))
    })
    expect(total(rows)).toBe(expected)
  })

  test('two inputs are of one context; each has its own lines', async () => {
    open()
    const other = await LineFeeder.open()
    const rows = await gathered(ssc.socketTextStream('localhost', feeder.port).union(ssc.socketTextStream('localhost', other.port)), all => all.length >= 20, async () => {
      await Promise.all([feeder.connected(), other.connected()])
      await Promise.all([feeder.send(lines(10, 'a')), other.send(lines(10, 'b'))])
    })
    expect(rows.filter(line => line.startsWith('a'))).toEqual(lines(10, 'a').trimEnd().split('\n'))
    expect(rows.filter(line => line.startsWith('b'))).toEqual(lines(10, 'b').trimEnd().split('\n'))
    await other.close()
  })
})

describe('batches that come later', () => {
  test('a window over the input itself, whose batches are long done', async () => {
    open()
    const counts = await gathered(ssc.socketTextStream('localhost', feeder.port).window(Milliseconds(8000), Milliseconds(400)).count(), all => all.includes(30), async () => {
      await connected()
      for (let i = 0; i < 3; i++) {
        await feeder.send(lines(10))
        await new Promise(resolve => { events.on('batchCompleted', resolve) })
      }
    })
    expect(Math.max(...counts)).toBe(30)
  })

  test.each([['given back: it fails', undefined], ['remembered: it is there', Milliseconds(60_000)]])('an RDD that the program keeps is %s', async (_, remember) => {
    open({ 'spark.tspark.history': '0' })
    if (remember) ssc.remember(remember)
    let kept: RDD<string> | undefined
    ssc.socketTextStream('localhost', feeder.port).foreachRDD(async rdd => { if (!kept && await rdd.count() > 0) kept = rdd })
    ssc.start()
    await connected()
    await feeder.send(lines(3))
    await expect.poll(() => kept, PATIENTLY).toBeDefined()
    for (let batches = 3; batches > 0; batches--) await new Promise(resolve => { events.on('batchCompleted', resolve) })
    if (remember) expect(await kept!.count()).toBe(3)
    else await expect(kept!.count()).rejects.toMatchObject({ code: 'SPARK_JOB_FAILED' })
  })

  test('a graceful stop waits for the batch that has the rest', async () => {
    open()
    let count = 0
    ssc.socketTextStream('localhost', feeder.port).foreachRDD(async rdd => { count += await rdd.count() })
    const begun = new Promise<void>(resolve => { events.on('received', () => resolve()) })
    ssc.start()
    await connected()
    await feeder.send(lines(1))
    await begun
    await feeder.send(lines(500))
    const over = new Promise<void>(resolve => { events.on('receiverError', () => resolve()) })
    feeder.end()
    await over // all has arrived there, and no batch need have had it
    await ssc.stop(false, true)
    expect(count).toBe(501)
    await feeder.goAway()
    expect(feeder.clients.size).toBe(0)
  })

  test('it starts again, with another context of the JVM', async () => {
    open()
    const stream = ssc.socketTextStream('localhost', feeder.port)
    await gathered(stream, rows => rows.length >= 5, async () => { await connected(); await feeder.send(lines(5)) })
    await ssc.stop(false)
    const again = new Promise<void>(resolve => { events.on('received', ({ records }) => { if (records >= 7) resolve() }) })
    ssc.start()
    await feeder.connected(2)
    await feeder.send(lines(7))
    await again
    expect(feeder.connections).toBe(2)
  })
})

describe('what is said', () => {
  test('a server that is not there, and comes', async () => {
    open()
    const { port } = feeder
    await feeder.goAway()
    await gathered(ssc.socketTextStream('localhost', port), rows => rows.length > 0, async () => {
      await expect.poll(() => said.join(), PATIENTLY).toContain(`nobody listens on localhost:${port}`)
      await feeder.listen()
      await connected()
      await feeder.send('here\n')
    })
    expect(said).toEqual([expect.stringMatching(/^warn nobody listens/), `info connected to localhost:${port}`])
  })

  test('a server that hangs up', async () => {
    open()
    await gathered(ssc.socketTextStream('localhost', feeder.port), rows => rows.includes('back'), async () => {
      await connected()
      await feeder.send('first\n')
      feeder.end()
      await feeder.connected(2)
      await feeder.send('back\n')
    })
    expect(said[0]).toContain(`localhost:${feeder.port} closed the connection`)
  })
})

describe('the driver receives instead', () => {
  const REASONS: [string, Record<string, string>, string, RegExp][] = [
    ['a context that does not start', { FAKE_SPARK: 'streaming' }, 'local[4]', /no streams today/],
    ['too few cores', {}, 'local[1]', /each receiver takes a core and batches need one more, but there is 1 core for one receiver/],
  ]
  test.each(REASONS)('%s', async (_, env, master, reason) => {
    Object.assign(process.env, env)
    open({}, master)
    const rows = await gathered(ssc.socketTextStream('localhost', feeder.port), all => all.length >= 3, async () => {
      await connected()
      await feeder.send(lines(3))
    })
    expect(rows).toHaveLength(3)
    expect(said).toEqual([expect.stringMatching(reason)])
  })

  test('a Spark that does not come up; the next job tries again', async () => {
    process.env.FAKE_SPARK = 'fails'
    open()
    const failed = new Promise<void>(resolve => { events.on('message', ({ text }) => { if (text.includes('the disk is on fire')) resolve() }) })
    const rows = await gathered(ssc.socketTextStream('localhost', feeder.port), all => all.length >= 1, async () => {
      await failed
      delete process.env.FAKE_SPARK
      await connected()
      await feeder.send('late\n')
    })
    expect(rows).toEqual(['late'])
    expect(said.filter(text => text.includes('received on the driver\'s machine'))).toHaveLength(1)
  })

  test('an input that is added while Spark\'s receivers run', async () => {
    open()
    const other = await LineFeeder.open()
    const rows: string[] = []
    await gathered(ssc.socketTextStream('localhost', feeder.port), all => all.length >= 1, async () => {
      await connected()
      ssc.socketTextStream('localhost', other.port).foreachRDD(async rdd => { rows.push(...await rdd.collect()) })
      await other.connected()
      await other.send('later\n')
      await expect.poll(() => rows, PATIENTLY).toEqual(['later'])
      await feeder.send('first\n')
    })
    expect(said.join()).toContain('the inputs of Spark\'s own receivers are fixed once they run')
    await other.close()
  })
})

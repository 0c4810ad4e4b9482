/**
 * node killed-count.mjs DIR: counts the words of files that are moved into DIR/in, in batches of 50 ms with a checkpoint in DIR/checkpoints,
 * until it is killed. Each batch's counts go to DIR/outputs, a line of JSON each, and the number of words so far to stdout.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { Milliseconds, SparkContext, StreamingContext } from '#src/index.js'

const dir = process.argv[2]
const sc = new SparkContext('local[2]', 'killed count')
const ssc = StreamingContext.getOrCreate(join(dir, 'checkpoints'), () => {
  const made = new StreamingContext(sc, Milliseconds(50))
  made.textFileStream(join(dir, 'in')).flatMap(line => line.split(' ')).map(word => [word, 1])
    .updateStateByKey((values, sum) => values.length + (sum ?? 0)).checkpoint(Milliseconds(200))
    .foreachRDD(async (rdd, time) => {
      const counts = await rdd.collect()
      appendFileSync(join(dir, 'outputs'), `${JSON.stringify([Number(time), counts.sort()])}\n`)
      console.log(counts.reduce((sum, [, n]) => sum + n, 0))
    })
  return made
})
sc.events.on('message', ({ level, text }) => { if (level !== 'info') console.error(text) })
ssc.start()

/** Batches of 50 ms on the system's clock, their times printed line by line, until stdin ends. */
import { Milliseconds, SparkContext, StreamingContext } from '#src/index.js'

const sc = new SparkContext('local[1]', 'pause')
const ssc = new StreamingContext(sc, Milliseconds(50))
ssc.inputStream({ name: 'empty', start() {}, stop() {}, batch: () => ({ rdd: sc.emptyRDD().node, records: 0 }) })
  .foreachRDD((_rdd, time) => { console.log(Number(time)) })
ssc.start()
process.stdin.resume().on('end', () => ssc.stop(true))

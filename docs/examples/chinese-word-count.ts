/**
 * Counts Chinese words, which no blanks set apart: Intl.Segmenter finds them. Of a text file, or of what comes from a TCP server.
 *
 *     tspark-submit --master 'local[2]' docs/examples/chinese-word-count.ts poem.txt
 *     nc -lk 9999
 *     tspark-submit --master 'local[2]' docs/examples/chinese-word-count.ts localhost 9999
 */
import { Seconds, SparkContext, StreamingContext } from 'tspark'

const [source = 'poem.txt', port] = process.argv.slice(2)
const sc = SparkContext.getOrCreate()
const ssc = new StreamingContext(sc, Seconds(1))
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

const lines = port ? ssc.socketTextStream(source, Number(port)) : ssc.queueStream([sc.textFile(source)], { endWhenEmpty: true })
const words = lines.flatMap(line => [...segmenter.segment(line)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment))
const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
counts.transform(rdd => rdd.sortBy(([word, count]) => [-count, word])).print()

ssc.start()
await ssc.awaitTermination()

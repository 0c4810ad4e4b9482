/**
 * Counts the words of a text file and prints the ten most frequent.
 *
 *     tspark-submit docs/examples/word-count-file.ts README.md
 */
import { SparkContext } from 'tspark'

const [path = 'README.md'] = process.argv.slice(2)
const sc = SparkContext.getOrCreate()

const counts = sc.textFile(path)
  .flatMap(line => line.split(/\s+/))
  .filter(word => word !== '')
  .map(word => [word, 1])
  .reduceByKey((a, b) => a + b)
const mostFrequent = await counts.sortBy(([, count]) => -count).take(10)

for (const [word, count] of mostFrequent) console.log(`${count}\t${word}`)
await sc.stop()

/**
 * Counts the words of each second that come from a TCP server.
 *
 *     nc -lk 9999
 *     tspark-submit --master 'local[2]' --class NetworkWordCount --name NetworkWordCount docs/examples/network-word-count.ts localhost 9999
 */
import { Seconds, SparkContext, StreamingContext } from 'tspark'

export const NetworkWordCount = {
  async main([host = 'localhost', port = '9999']: string[]): Promise<void> {
    const sc = SparkContext.getOrCreate()
    const ssc = new StreamingContext(sc, Seconds(1))

    const lines = ssc.socketTextStream(host, Number(port))
    const words = lines.flatMap(line => line.split(' '))
    const wordCounts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
    wordCounts.print()

    ssc.start()
    await ssc.awaitTermination()
  },
}

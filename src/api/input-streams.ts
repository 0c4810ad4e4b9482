/**
 * Where streams come from: the methods of a StreamingContext that give an input stream. What each source does lies in sources/.
 */
import type { InputSource } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { Receiver } from '../core/receiver.js'
import { SparkError } from '../core/errors.js'
import type { Call } from '../operators/narrow.js'
import { fileSource } from '../sources/files.js'
import { receiverSource } from '../sources/received.js'
import { queueSource } from '../sources/queue.js'
import { socketSource } from '../sources/socket.js'
import { call } from './calls.js'
import type { DStream } from './dstream.js'
import { RDD } from './rdd.js'
import type { SparkContext } from './spark-context.js'

export abstract class InputStreams {
  abstract readonly sparkContext: SparkContext
  abstract inputStream<T>(source: InputSource, here?: Call): DStream<T>

  /**
   * Lines of text from a TCP server; `\n`, `\r\n` and `\r` end a line. Connects when the context starts, and again every 2 s
   * while nobody listens or after the server has gone away. Lines that arrive within a batch interval are that batch.
   * @throws ARGUMENT_INVALID when `port` is none
   * @example ssc.socketTextStream('localhost', 9999) // DStream<string>
   */
  socketTextStream(host: string, port: number): DStream<string> {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new SparkError('ARGUMENT_INVALID', { operator: 'socketTextStream', problem: `${port} is no port`, fix: 'give a number from 1 to 65535, for example 9999' })
    return this.inputStream(socketSource(host, port), call('socketTextStream'))
  }

  /**
   * Records of a receiver of your own: see Receiver. It runs in a thread beside the executors.
   *
   * Shape: DStream<T>; a partition per block (`spark.streaming.blockInterval`); a batch in which nothing was stored is empty.
   * @throws CLOSURE_* at start, when a field of the receiver cannot leave the driver
   * @example
   * class Ticks extends Receiver<number> {
   *   timer: NodeJS.Timeout | undefined
   *   onStart() { this.timer = setInterval(() => this.store(Date.now()), 100) }
   *   onStop() { clearInterval(this.timer) }
   * }
   * ssc.receiverStream(new Ticks()).count().print()
   */
  receiverStream<T>(receiver: Receiver<T>): DStream<T> {
    if (!(receiver instanceof Receiver)) throw new SparkError('ARGUMENT_INVALID', { operator: 'receiverStream', problem: 'needs a Receiver', fix: 'give an instance of a class that extends Receiver' })
    return this.inputStream(receiverSource(receiver), call('receiverStream'))
  }

  /**
   * Lines of files that appear in a directory (or a glob of directories) while the context runs. Move files in; do not grow them there.
   * @example ssc.textFileStream(dir) // DStream<string>
   */
  textFileStream(directory: string): DStream<string> {
    return this.inputStream(fileSource(directory, this.sparkContext.conf), call('textFileStream'))
  }

  /**
   * One queued RDD (or array of records) per batch, or all of them. What is pushed while the context runs is seen. An empty queue
   * gives `defaultRDD`, or an empty batch.
   * @example ssc.queueStream([['a'], ['b', 'c']]) // [ 'a' ], [ 'b', 'c' ], []
   */
  queueStream<T>(queue: (RDD<T> | readonly T[])[], oneAtATime = true, defaultRDD?: RDD<T>): DStream<T> {
    const toNode = (item: RDD<T> | readonly T[]): RddNode => (item instanceof RDD ? item : this.sparkContext.parallelize(item as readonly T[])).node
    return this.inputStream(queueSource({ queue, toNode, oneAtATime, defaultRdd: defaultRDD?.node }), call('queueStream'))
  }
}

/**
 * Where streams come from: the methods of a StreamingContext that give an input stream. What each source does lies in sources/.
 */
import type { StorageLevel } from '../core/storage-level.js'
import type { InputSource } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { Receiver } from '../core/receiver.js'
import { SparkError } from '../core/errors.js'
import type { Call } from '../operators/narrow.js'
import { recordsOf, splitRecords } from '../sources/binary-files.js'
import { fileSource, linesOf } from '../sources/files.js'
import { filesOnce } from '../sources/files-once.js'
import { receiverSource } from '../sources/received.js'
import type { InputFile } from '../sources/paths.js'
import { HandQueue } from '../sources/hand-queue.js'
import { queueSource } from '../sources/queue.js'
import { socketSource } from '../sources/socket.js'
import { SocketStreamReceiver, type SocketConverter } from '../sources/socket-stream.js'
import { call, userFn } from './calls.js'
import { each } from './context-inputs.js'
import type { DStream } from './dstream.js'
import { checkedCount } from './partitioner.js'
import { QueueInputDStream } from './queue-input-dstream.js'
import { RDD } from './rdd.js'
import type { SparkContext } from './spark-context.js'

export abstract class InputStreams {
  abstract readonly sparkContext: SparkContext
  abstract inputStream<T>(source: InputSource, here?: Call): DStream<T>

  /** Inputs end with what is there: what `once` and `endWhenEmpty` are where they are not said. */
  private get once(): boolean { return this.sparkContext.conf.getBoolean('spark.tspark.once') }

  /**
   * Lines of text from a TCP server; `\n`, `\r\n` and `\r` end a line. Connects when the context starts, and again every 2 s
   * while nobody listens or after the server has gone away. Lines that arrive within a batch interval are that batch.
   * @param _storageLevel taken, so that Spark's examples run as they stand; received bytes are kept in memory within spark.streaming.receiver.maxBufferedBytes
   * @throws ARGUMENT_INVALID when `port` is none
   * @example ssc.socketTextStream('localhost', 9999) // DStream<string>
   */
  socketTextStream(host: string, port: number, _storageLevel?: StorageLevel): DStream<string> {
    checkPort('socketTextStream', port)
    return this.inputStream(socketSource(host, port, this.once), call('socketTextStream'))
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
    return this.inputStream(receiverSource(receiver, { once: this.once }), call('receiverStream'))
  }

  /**
   * Records that `converter` reads off a TCP server's bytes; it runs beside the executors, once per connection. When the connection
   * or the converter ends, it connects again after `spark.streaming.receiverRestartDelay` (2 s).
   *
   * Shape: DStream<T>; order stays; a batch in which nothing came is empty.
   * @throws ARGUMENT_INVALID when the port is none
   * @example
   * ssc.socketStream('localhost', 9999, async function* (bytes) { for await (const chunk of bytes) yield chunk.length }).print()
   */
  socketStream<T>(host: string, port: number, converter: SocketConverter<T>): DStream<T> {
    checkPort('socketStream', port)
    const { fn } = userFn('socketStream', converter)
    return this.inputStream(receiverSource(new SocketStreamReceiver(host, port, fn as unknown as SocketConverter<T>), { name: `${host}:${port}`, once: this.once }), call('socketStream'))
  }

  /**
   * Lines of files that appear in a directory (or a glob of directories) while the context runs. Move files in; do not grow them
   * there. With `once`, the files that are there already, as one batch; then the stream ends, and with its last input the context.
   *
   * Shape: DStream<string>; a partition per file; a batch without new files is empty.
   * @example
   * ssc.textFileStream('logs', { once: true }).count().print()
   */
  textFileStream(directory: string, { once = this.once }: OnceOptions = {}): DStream<string> {
    return this.inputStream(once ? filesOnce(directory, 'textFileStream', linesOf) : fileSource(directory, this.sparkContext.conf), call('textFileStream'))
  }

  /**
   * Records of a fixed length from files that appear in a directory, as textFileStream finds them.
   *
   * Shape: DStream<Buffer>, each of `recordLength` bytes; a partition per file.
   * @throws FILE_UNREADABLE in the batch of a file whose length is no multiple of `recordLength`
   * @example
   * ssc.binaryRecordsStream('samples', 16).map(record => record[0]).print()
   */
  binaryRecordsStream(directory: string, recordLength: number, { once = this.once }: OnceOptions = {}): DStream<Buffer> {
    const operator = 'binaryRecordsStream'
    checkedCount(recordLength, operator, 'record length')
    const here = call(operator)
    const toRdd = (files: readonly InputFile[]): RddNode => each(here, recordsOf, splitRecords(files, recordLength))
    return this.inputStream(once ? filesOnce(directory, operator, toRdd) : fileSource(directory, this.sparkContext.conf, { toRdd, operator }), here)
  }

  /**
   * One queued RDD (or array of records) per batch, or all of them. What is pushed while the context runs is seen. An empty queue
   * gives `defaultRDD`, else an empty batch; with `endWhenEmpty` it ends the stream, and with its last input the context. Without
   * a queue, records are put in by hand: `stream.push('to be')`.
   *
   * Shape: DStream<T>; order stays.
   * @example
   * ssc.queueStream([['a', 'b'], ['c']], { endWhenEmpty: true }).print()
   */
  queueStream<T>(): QueueInputDStream<T>
  queueStream<T>(queue: (RDD<T> | readonly T[])[], options?: boolean | QueueStreamOptions<T>, defaultRDD?: RDD<T>): DStream<T>
  queueStream<T>(queue?: (RDD<T> | readonly T[])[], options: boolean | QueueStreamOptions<T> = {}, defaultRDD?: RDD<T>): DStream<T> {
    if (queue === undefined) return this.#byHand()
    const toNode = (item: RDD<T> | readonly T[]): RddNode => (item instanceof RDD ? item : this.sparkContext.parallelize(item as readonly T[])).node
    const { oneAtATime = true, endWhenEmpty = this.once, defaultRDD: otherwise = defaultRDD } = typeof options === 'boolean' ? { oneAtATime: options } : options
    return this.inputStream(queueSource({ queue, toNode, oneAtATime, defaultRdd: otherwise?.node, endWhenEmpty }), call('queueStream'))
  }

  #byHand<T>(): QueueInputDStream<T> {
    const queue = new HandQueue<T>(records => this.sparkContext.parallelize<unknown>(records).node, this.once)
    const { context, node } = this.inputStream<T>(queue, call('queueStream'))
    return new QueueInputDStream<T>(context, node, queue)
  }
}

export interface OnceOptions { readonly once?: boolean }
export interface QueueStreamOptions<T> { readonly oneAtATime?: boolean; readonly defaultRDD?: RDD<T>; readonly endWhenEmpty?: boolean }

function checkPort(operator: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new SparkError('ARGUMENT_INVALID', { operator, problem: `${port} is no port`, fix: 'give a number from 1 to 65535, for example 9999' })
}

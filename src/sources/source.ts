/**
 * What a source is, and the table of those there are.
 *
 * A source is an InputSource (plan/stream-plan.ts): it is started with its context, asked once per batch for that batch's RDD,
 * told when batches are done, and stopped. It runs on the driver and holds no records of its own beyond what waits for a batch;
 * receiving is the engine's, behind SourceContext.startReceiver. To add one: a file here, a line in the table, rows in the
 * contract test.
 */
import { batchesSource } from './batches.js'
import { fileSource } from './files.js'
import { queueSource } from './queue.js'
import { receiverSource } from './received.js'
import { socketSource } from './socket.js'

export type { InputSource, SourceBatch, SourceContext } from '../plan/stream-plan.js'

/** Beside these: files-once.ts, a form of textFileStream; socket-stream.ts, a receiver. */
export const SOURCES = {
  socketTextStream: { open: socketSource, what: 'lines of text from a TCP server, reconnecting for ever' },
  textFileStream: { open: fileSource, what: 'lines of the files that appear in a directory' },
  receiverStream: { open: receiverSource, what: 'what a receiver of the user stores' },
  queueStream: { open: queueSource, what: 'one queued RDD per batch, or all that wait' },
  batches: { open: batchesSource, what: 'given batches of rows, for tests' },
} as const

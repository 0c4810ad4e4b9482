/** The batches of a session as a recording: what came in, and what each output has of it through the graph as it is now. A line of JSON for each. */
import { batchLine, headLine, type Head } from '../../recording/recording.js'
import { encode, isData } from '../../recording/rows.js'
import type { Recording, Wanted } from './saved-test.js'

/** Whatever the program does with its rows. */
export const RECORDED: Wanted = { what: 'a recording', outputs: /^(print|save|foreachRDD|watch)/, fits: row => isData(encode(row)) }

export function recordText({ times, firstMs, inputs, outputs }: Recording, { batchMs, parallelism }: Pick<Head, 'batchMs' | 'parallelism'>): string {
  const lines = Array.from({ length: times }, (_, i) => batchLine({
    time: firstMs + i * batchMs,
    inputs: inputs.map(({ batches }) => batches[i] ? [batches[i].rows.map(encode)] : null),
    outputs: outputs.map(({ batches }) => batches[i] ? { rows: batches[i].rows.map(encode) } : null),
  }))
  return [headLine({ batchMs, zeroMs: firstMs - batchMs, parallelism }), ...lines].join('')
}

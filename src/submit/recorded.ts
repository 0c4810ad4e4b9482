/** A program that is recorded while it runs, or played with the inputs of a recording. */
import { Comparison } from '../recording/comparison.js'
import { Recorder } from '../recording/recorder.js'
import type { Submission } from './args.js'

/** Runs it; what there is to say at the end goes to `say`. @throws RECORDING_DIFFERS, RECORDING_REFUSED, RECORDING_UNREADABLE */
export async function recorded({ record, compare }: Submission, run: () => Promise<void>, say: (text: string) => void): Promise<void> {
  if (record !== undefined) return recording(record, run, say)
  return compare === undefined ? run() : comparing(compare, run, say)
}

async function recording(file: string, run: () => Promise<void>, say: (text: string) => void): Promise<void> {
  const recorder = new Recorder(file)
  try { await run() } finally { say(ended(recorder.end(), file)) }
}

const ended = (count: number, file: string): string => count === 0 ? 'nothing is recorded: no batch was done' : `recorded: ${batches(count)} in ${file}; tspark-submit --compare ${file} plays ${count === 1 ? 'it' : 'them'}`

async function comparing(file: string, run: () => Promise<void>, say: (text: string) => void): Promise<void> {
  const comparison = await Comparison.begin(file)
  try {
    await Promise.race([run(), comparison.failed])
    say(`as recorded: ${batches(await comparison.done())}`)
  } finally { comparison.end() }
}

const batches = (count: number): string => count === 1 ? '1 batch' : `${count} batches`

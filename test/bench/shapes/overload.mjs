/**
 * A sender as fast as it goes, for a minute, before a word count and before one with ten times the work for each line: how much memory does the whole
 * process take at most, how late do batches get, how soon has the rate settled, is every line counted? test/support/overload.mjs plays it,
 * for CI, too.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median } from '../findings.mjs'

const SCRIPT = fileURLToPath(new URL('../../support/overload.mjs', import.meta.url))
const SETTLING = 10

export const shape = {
  what: 'word count from a socket under a sender as fast as it goes',
  minutes: 3,
  rounds: 1,
  warmUps: 0,
  sizes: { full: { seconds: 60 }, small: { seconds: 20 }, tiny: { seconds: 3 } },
  figures: {
    peak: { title: 'most memory', unit: 'MB' },
    lost: { title: 'lines lost' },
    late: { title: 'longest scheduling delay', unit: 'ms' },
    rate: { title: 'lines, once settled', unit: 'lines/s', better: 'more' },
    tenth: { title: 'tenth batch beside that' },
  },
  contenders: { 'tspark': { operation: 'words' }, 'tspark, ten times the work': { operation: 'slow-words' } },
  bars: ['tspark', 'tspark, ten times the work'].flatMap(of => [
    { of, figure: 'peak', atMost: 512 },
    { of, figure: 'lost', atMost: 0 },
    { of, figure: 'late', atMost: 3000 },
    { of, figure: 'tenth', atLeast: 0.8 },
  ]),
  open: ({ operation }) => ({ operation, close() {} }),
  round,
}

async function round({ operation }, { size: { seconds } }) {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, operation, String(seconds)], { maxBuffer: 2 ** 24 })
  const { sent, counted, mostBytes, batches } = JSON.parse(stdout)
  const settled = median(batches.slice(-Math.ceil(batches.length / 2)).map(({ lines }) => lines))
  return {
    peak: mostBytes / 1e6,
    lost: sent - counted,
    late: Math.max(...batches.map(({ delayMs }) => delayMs)),
    rate: settled,
    tenth: (batches[SETTLING - 1] ?? batches.at(-1)).lines / settled,
  }
}

export const programs = {}

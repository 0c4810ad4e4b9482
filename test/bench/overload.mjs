/**
 * A sender as fast as it goes, for TSPARK_SECONDS, before a word count on local[2], and before one with ten times the work for each line:
 * what the whole process takes of memory at most, how late batches are, how soon the rate has settled. That nothing is lost is checked.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SECONDS = Number(process.env.TSPARK_SECONDS ?? 60)
const SCRIPT = fileURLToPath(new URL('../support/overload.mjs', import.meta.url))

export const bench = {
  what: `a sender as fast as it goes, ${SECONDS} s, batches of 1 s, local[2]`,
  once: true,

  async setup() {
    return { contenders: { 'word count': () => overload('words'), 'ten times the work for each line': () => overload('slow-words') }, close: () => {} }
  },
}

async function overload(operation) {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, operation, String(SECONDS)], { maxBuffer: 2 ** 24 })
  const { sent, counted, mostBytes, batches } = JSON.parse(stdout)
  if (counted !== sent) throw new Error(`${counted} lines were counted, ${sent} sent`)
  const lines = batches.map(batch => batch.lines)
  const settled = lines.slice(10).sort((a, b) => a - b)
  const mostDelayMs = Math.max(...batches.map(batch => batch.delayMs))
  return `${Math.round(mostBytes / 2 ** 20)} MiB at most, a batch late by ${mostDelayMs} ms at most; ${lines.slice(0, 10).join(' ')} lines in the first ten batches, ${settled[settled.length >> 1]} in the middle one after that`
}

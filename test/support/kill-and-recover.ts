/**
 * Kills a process that counts words (killed-count.mjs) again and again, at moments that a seed gives, and lets it recover, while files
 * come in. Ends when every word is counted; gives what the process wrote, for the test to compare with plain counting.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '#src/core/random.js'

const SCRIPT = fileURLToPath(new URL('./killed-count.mjs', import.meta.url))
const WORDS = ['a', 'bb', '__proto__', 'constructor', 'ccc']
// From before its start is done to long after its first batches.
const LONGEST_LIFE_MS = 1500
// As in killed-count.mjs.
const BATCH_MS = 50

export interface Killed {
  /** Time and counts of each batch, as often as it ran. */
  readonly outputs: readonly [number, [string, number][]][]
  readonly expected: [string, number][]
  readonly warnings: string
}

export async function killAndRecover(dir: string, seed: number, kills: number): Promise<Killed> {
  const random = seededRandom(seed)
  const files = new Files(dir, random)
  const warnings: string[] = []
  for (let i = 0; i < kills; i++) {
    const child = start(dir, warnings)
    const died = once(child, 'exit')
    if (i === 0) await once(child.stdout, 'data') // what is there before the very first start is not the stream's
    for (let leftMs = random() * LONGEST_LIFE_MS; leftMs > 0; leftMs -= 60) {
      files.add()
      await pass(Math.min(leftMs, 60))
    }
    child.kill('SIGKILL')
    await died
    files.add()
  }
  await lastRun(dir, files.words, warnings)
  const outputs = readFileSync(join(dir, 'outputs'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as [number, [string, number][]])
  return { outputs, expected: [...files.counts].sort(), warnings: warnings.join('') }
}

/** What is wrong with it, if anything: words lost or counted twice, a batch that gave something else when it ran again, a time left out. */
export function faultsOf({ outputs, expected, warnings }: Killed): string[] {
  const first = new Map<number, string>()
  const changed = outputs.filter(([time, counts]) => (first.get(time) ?? first.set(time, JSON.stringify(counts)).get(time)) !== JSON.stringify(counts))
  const times = [...first.keys()]
  const gaps = times.filter((time, i) => i > 0 && time !== times[i - 1]! + BATCH_MS)
  const end = JSON.stringify(outputs.at(-1)![1]) === JSON.stringify(expected) ? [] : [`counted ${JSON.stringify(outputs.at(-1))}, not ${JSON.stringify(expected)}`]
  return [...end, ...changed.map(each => `ran again with other counts: ${JSON.stringify(each)}`), ...gaps.map(time => `batches before ${time} are missing`), ...warnings === '' ? [] : [warnings]]
}

/** Lives until it has counted everything. */
async function lastRun(dir: string, words: number, warnings: string[]): Promise<void> {
  const child = start(dir, warnings)
  for await (const line of createInterface(child.stdout)) if (Number(line) >= words) break
  const died = once(child, 'exit')
  child.kill('SIGKILL')
  await died
}

function start(dir: string, warnings: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [SCRIPT, dir], { env: { ...process.env, NODE_OPTIONS: '' } })
  child.stderr.setEncoding('utf8').on('data', (text: string) => warnings.push(text))
  child.stdout.resume()
  return child
}

const pass = (ms: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, ms) })

/** Files that appear whole, and what is in them. */
class Files {
  readonly counts = new Map<string, number>()
  words = 0
  #files = 0

  constructor(readonly dir: string, readonly random: () => number) { mkdirSync(join(dir, 'in'), { recursive: true }) }

  add(): void {
    const words = Array.from({ length: 1 + Math.floor(this.random() * 20) }, () => WORDS[Math.floor(this.random() * WORDS.length)]!)
    for (const word of words) this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
    this.words += words.length
    const name = `file-${this.#files++}`
    writeFileSync(join(this.dir, name), words.join(' '))
    renameSync(join(this.dir, name), join(this.dir, 'in', name))
  }
}

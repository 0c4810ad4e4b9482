/**
 * Words of a file, counted: the batch side of the word count. The loop is what one would write by hand on one thread; RxJS and IxJS get its
 * lines, since they do not read files themselves.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { SparkContext } from 'tspark'
import { textFile } from '../input/words.mjs'

const CHUNK_BYTES = 1 << 20

export const shape = {
  what: 'words of a file, counted by key',
  minutes: 25,
  rounds: 3,
  sizes: { full: { bytes: 1e9 }, small: { bytes: 1e8 }, tiny: { bytes: 2e5 } },
  prepare: ({ bytes }, { cache }) => ({ path: textFile(cache, bytes) }),
  figures: { ms: { title: 'time', unit: 'ms', work: 'words' }, cpuMs: { title: 'CPU', unit: 'ms' } },
  contenders: {
    'hand-written loop': { program: 'loop' },
    'tspark': { program: 'tspark' },
    'Spark (Scala)': { scala: 'file-words' },
    'PySpark': { python: 'file-words', rounds: 1 },
    'RxJS': { withPackages: 'rxjs', rounds: 1 },
    'IxJS': { withPackages: 'ixjs', rounds: 1 },
  },
  rivals: ['hand-written loop', 'Spark (Scala)'],
  bars: [
    { of: 'tspark', beside: 'Spark (Scala)', figure: 'ms', atLeast: 5 },
    { of: 'tspark', beside: 'hand-written loop', figure: 'ms', atLeast: 2.5 },
  ],
}

export const programs = {
  loop: ({ path }) => ({ play: () => counted(countWords(path, line => line.split(' '))) }),

  tspark: ({ path }) => {
    const sc = new SparkContext('local[2]', 'bench')
    return {
      play: async () => {
        const counts = sc.textFile(path).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
        return counted(new Map(await counts.collect()))
      },
      close: () => sc.stop(),
    }
  },

  rxjs: async ({ path }, load) => {
    const { from, lastValueFrom, mergeMap, reduce } = await load('rxjs')
    return {
      play: async () => counted(await lastValueFrom(from(chunksOf(path)).pipe(
        mergeMap(lines => lines),
        mergeMap(line => line.split(' ')),
        reduce(add, new Map()),
      ))),
    }
  },

  ixjs: async ({ path }, load) => {
    const [{ from, reduce }, { flatMap }] = [await load('ix/iterable'), await load('ix/iterable/operators')]
    return { play: () => counted(reduce(from(chunksOf(path)).pipe(flatMap(lines => lines), flatMap(line => line.split(' '))), { callback: add, seed: new Map() })) }
  },
}

/** The loop by hand, over what `wordsOf` makes of a line. */
export function countWords(path, wordsOf) {
  const counts = new Map()
  for (const lines of chunksOf(path))
    for (const line of lines)
      for (const word of wordsOf(line)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** What all must agree in, and how much it was. */
export function counted(counts) {
  const words = [...counts.values()].reduce((a, b) => a + b, 0)
  return { amount: words, result: [words, counts.size] }
}

function* chunksOf(path) {
  const [file, chunk, decoder] = [openSync(path), Buffer.allocUnsafe(CHUNK_BYTES), new StringDecoder('utf8')]
  let rest = ''
  for (let length; (length = readSync(file, chunk)) > 0;) {
    const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n')
    rest = lines.pop()
    yield lines
  }
  closeSync(file)
  if (rest) yield [rest]
}

function add(counts, word) { return counts.set(word, (counts.get(word) ?? 0) + 1) }

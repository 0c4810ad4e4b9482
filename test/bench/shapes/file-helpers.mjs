/**
 * The same word count written with functions of one's own, which nothing can recognise: words are cut by a loop over the line, the pair is made
 * from a captured object. Here CPU counts too: all threads of the process, so ours bears its driver and its collectors.
 */
import { SparkContext } from 'tspark'
import { counted, countWords, shape as fileWords } from './file-words.mjs'

export const shape = {
  what: 'words of a file, by functions that nothing recognises',
  minutes: 8,
  rounds: 3,
  sizes: { full: { bytes: 2.5e8 }, small: { bytes: 5e7 }, tiny: { bytes: 2e5 } },
  prepare: fileWords.prepare,
  figures: fileWords.figures,
  contenders: {
    'hand-written loop': { program: 'loop' },
    'tspark': { program: 'tspark' },
    'Spark (Scala)': { scala: 'file-helpers' },
  },
  rivals: ['hand-written loop', 'Spark (Scala)'],
  bars: [
    { of: 'tspark', beside: 'Spark (Scala)', figure: 'ms', atLeast: 1.3 },
    { of: 'tspark', beside: 'hand-written loop', figure: 'cpuMs', atLeast: 0.9 },
  ],
}

export const programs = {
  loop: ({ path }) => ({ play: () => counted(countWords(path, wordsOf)) }),

  tspark: ({ path }) => {
    const sc = new SparkContext('local[2]', 'bench')
    return {
      play: async () => counted(new Map(await countsOf(sc.textFile(path)).collect())),
      close: () => sc.stop(),
    }
  },
}

const weight = { ofAWord: 1 }

/** For RDDs and for streams. */
export const countsOf = lines => lines.flatMap(wordsOf).map(word => [word, weight.ofAWord]).reduceByKey((a, b) => a + b)

function wordsOf(line) {
  const words = []
  let start = 0
  for (let at = 0; at < line.length; at++)
    if (line.charCodeAt(at) === 32) {
      words.push(line.slice(start, at))
      start = at + 1
    }
  words.push(line.slice(start))
  return words
}

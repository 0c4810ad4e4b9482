/** The word count from a socket, written with functions that nothing recognises: those of file-helpers. */
import { countsOf } from './file-helpers.mjs'
import { counting, shape as streamWords, SPARK } from './stream-words.mjs'

export const shape = {
  ...streamWords,
  what: 'the same, by functions that nothing recognises',
  contenders: { 'tspark': { program: 'tspark' }, 'Spark (Scala)': { scala: 'stream-helpers', ...SPARK } },
  bars: [{ of: 'tspark', beside: 'Spark (Scala)', figure: 'words', atLeast: 1.3 }],
}

export const programs = { tspark: size => counting(size, countsOf) }

/**
 * Text by seed: lines of ten words, 3769 of them distinct, some much more frequent than others, as in a language. The same text for every
 * contender, on every machine.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '#src/core/random.js'

export const WORDS_PER_LINE = 10
const DISTINCT = 3769
const PIECE_LINES = 10_000

/** A function that gives the next line. */
export function lineMaker(seed = 42) {
  const random = seededRandom(seed)
  const vocabulary = words(random)
  const pick = () => vocabulary[Math.floor(random() ** 3 * DISTINCT)]
  return () => Array.from({ length: WORDS_PER_LINE }, pick).join(' ')
}

export const someLines = count => Array.from({ length: count }, lineMaker())

/** `count` lines as bytes, the last one ended: what a sender sends again and again. */
export const textBytes = count => Buffer.from(`${someLines(count).join('\n')}\n`)

/** A file of whole lines, at least `bytes` long; made once. */
export function textFile(cache, bytes) {
  const path = join(cache, `words-${bytes}.txt`)
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true })
    write(`${path}.part`, bytes)
    renameSync(`${path}.part`, path)
  }
  return path
}

/** A file of so many lines; made once. */
export function linesFile(cache, lines) {
  const path = join(cache, `lines-${lines}.txt`)
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(`${path}.part`, textBytes(lines))
    renameSync(`${path}.part`, path)
  }
  return path
}

function write(path, bytes) {
  const next = lineMaker()
  const file = openSync(path, 'w')
  const piece = () => `${Array.from({ length: PIECE_LINES }, next).join('\n')}\n`
  for (let written = 0; written < bytes;) written += writeSync(file, piece())
  closeSync(file)
}

function words(random) {
  const letters = 'etaoinshrdlucmfwypvbgkjqxz'
  return Array.from({ length: DISTINCT }, (_, i) => {
    const word = Array.from({ length: 2 + Math.floor(random() * 8) }, () => letters[Math.floor(random() ** 2 * 26)]).join('')
    return `${word}${i % 7 === 0 ? i : ''}`
  })
}

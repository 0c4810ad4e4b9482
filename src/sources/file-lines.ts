/** Lines of a file, read a piece at a time and only as far as they are asked for: for feeds. `.gz` is not unpacked. */
import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { SparkError } from '../core/errors.js'
import { localPath } from './paths.js'

const PIECE_BYTES = 64 * 1024
// As spark.tspark.maxLineBytes: what is longer is cut there.
const LONGEST_LINE = 64 * 1024 * 1024

/**
 * The lines of a file, one after another, read as they are needed; `\n`, `\r\n` and `\r` end a line.
 * @throws FILE_UNREADABLE when the first is asked for
 * @example
 * const typed = ssc.queueStream<string>()
 * await typed.feed(fileLines(`${dir}/poem.txt`)).done // 2
 */
export function* fileLines(path: string): Generator<string> {
  const file = opened(localPath(path))
  try {
    let rest = ''
    let mayEnd = false
    for (const piece of pieces(file, path)) {
      const goesOn = !mayEnd && !/[\r\n]/.test(piece)
      mayEnd = piece.endsWith('\r')
      if (goesOn && rest.length < LONGEST_LINE) { rest += piece; continue }
      const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop()!
      yield* lines
      if (rest.length > LONGEST_LINE) { yield rest; rest = '' }
    }
    if (rest !== '') yield rest.replace(/\r$/, '')
  } finally { closeSync(file) }
}

function* pieces(file: number, path: string): Generator<string> {
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(PIECE_BYTES)
  for (;;) {
    const bytes = attempt(path, () => readSync(file, buffer))
    yield bytes > 0 ? decoder.write(buffer.subarray(0, bytes)) : decoder.end()
    if (bytes === 0) return
  }
}

const opened = (path: string): number => attempt(path, () => openSync(path, 'r'))

function attempt<R>(path: string, act: () => R): R {
  try { return act() } catch (error) { throw new SparkError('FILE_UNREADABLE', { path, reason: (error as Error).message }, { cause: error }) }
}

/**
 * Whole sessions as Markdown, readable as documentation and run as tests.
 *
 * In a fenced block that names no language, `> line` is typed (`... line` continues it), `paste line`s are pasted together, `nc  text` comes from the
 * socket, `tick 1s` moves the manual clock; everything else is what the shell must answer. With UPDATE=1 the answers are
 * written anew and the diff is the review. Who drives a shell gives the four acts; nothing here knows how.
 *
 * @example
 * > 1 + 1
 * number = 2
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseMs } from '../core/conf.js'

export type Step =
  | { readonly kind: 'type'; readonly lines: readonly string[] }
  | { readonly kind: 'paste'; readonly lines: readonly string[] }
  | { readonly kind: 'nc'; readonly lines: readonly string[] }
  | { readonly kind: 'tick'; readonly ms: number }

/** A step as it stands in the file, and the answer that stands below it. */
export interface Exchange { readonly step: Step; readonly source: readonly string[]; readonly answer: readonly string[] }

/** Each act resolves with what the shell wrote until it was quiet again. */
export interface TranscriptDriver {
  type(lines: readonly string[]): Promise<string>
  paste(text: string): Promise<string>
  nc(lines: readonly string[]): Promise<string>
  tick(ms: number): Promise<string>
}

/** Prose stays as it is. */
export type Piece = string | Exchange

export function parseTranscript(markdown: string): Piece[] {
  const pieces: Piece[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```')
    if (isFence) fence = fence === undefined ? line : undefined
    if (isFence || fence !== '```') pieces.push(line)
    else addLine(pieces, line)
  }
  return pieces
}

function addLine(pieces: Piece[], line: string): void {
  const last = pieces.at(-1)
  const open = typeof last === 'object' && last.answer.length === 0 ? last : undefined
  const joined = open && joinedStep(open.step, line)
  const step = stepOf(line)
  if (joined) pieces[pieces.length - 1] = { step: joined, source: [...open.source, line], answer: [] }
  else if (step) pieces.push({ step, source: [line], answer: [] })
  else if (typeof last === 'object') pieces[pieces.length - 1] = { ...last, answer: [...last.answer, line] }
  else throw new Error(`a transcript begins with what is typed, not with: ${line}`)
}

function stepOf(line: string): Step | undefined {
  if (line.startsWith('> ')) return { kind: 'type', lines: [line.slice(2)] }
  if (line.startsWith('paste ')) return { kind: 'paste', lines: [line.slice(6)] }
  if (line.startsWith('nc  ')) return { kind: 'nc', lines: [line.slice(4)] }
  const ms = line.startsWith('tick ') ? parseMs(line.slice(5)) : undefined
  return ms === undefined ? undefined : { kind: 'tick', ms }
}

/** Lines that belong to the step before them. */
function joinedStep(step: Step, line: string): Step | undefined {
  if (step.kind === 'type' && line.startsWith('... ')) return { kind: 'type', lines: [...step.lines, line.slice(4)] }
  const next = stepOf(line)
  if (step.kind === 'paste' && next?.kind === 'paste') return { kind: 'paste', lines: [...step.lines, ...next.lines] }
  if (step.kind === 'nc' && next?.kind === 'nc') return { kind: 'nc', lines: [...step.lines, ...next.lines] }
  return undefined
}

/** Runs a transcript file; gives what it says and what the shell really answered, as two texts to compare. */
export async function runTranscript(file: string, driver: TranscriptDriver): Promise<{ expected: string; actual: string }> {
  const expected = readFileSync(file, 'utf8')
  const actual = await runTranscriptText(expected, driver)
  if (!process.env.UPDATE) return { expected, actual }
  writeFileSync(file, actual)
  return { expected: actual, actual }
}

/** The same text with the answers that really came. */
export async function runTranscriptText(markdown: string, driver: TranscriptDriver): Promise<string> {
  const lines: string[] = []
  for (const piece of parseTranscript(markdown)) lines.push(...typeof piece === 'string' ? [piece] : [...piece.source, ...await answer(piece.step, driver)])
  return lines.join('\n')
}

async function answer(step: Step, driver: TranscriptDriver): Promise<string[]> {
  const text = await act(step, driver)
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function act(step: Step, driver: TranscriptDriver): Promise<string> {
  switch (step.kind) {
    case 'type': return driver.type(step.lines)
    case 'paste': return driver.paste(step.lines.map(line => `${line}\n`).join(''))
    case 'nc': return driver.nc(step.lines)
    case 'tick': return driver.tick(step.ms)
    default: return step satisfies never
  }
}

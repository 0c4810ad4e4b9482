/**
 * `.save FILE`: what the session has come to, as a file. An existing file is not written over unless that is asked for with --overwrite;
 * the file appears whole or not at all.
 */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { CallSite } from '../../core/call-site.js'
import { escapeControls } from '../../core/escape.js'
import { SparkError } from '../../core/errors.js'
import type { StreamingContext } from '../../index.js'
import type { KeptStatement } from './kept.js'
import { RECORDED, recordText } from './saved-record.js'
import { MOST_ROWS, recordingOf, testText } from './saved-test.js'
import { programOf, programText, type ProgramOptions } from './saved-program.js'

/** What the shell was started with. */
export interface ShellFlags {
  readonly master: string
  readonly batchMs: number
  readonly conf: readonly (readonly [string, string])[]
}

export interface Saving {
  readonly statements: readonly KeptStatement[]
  readonly context: StreamingContext
  readonly flags: ShellFlags
}

const OVERWRITE = '--overwrite'
const RECORD = '.record'

/** Writes the file and gives a sentence about it. @throws COMMAND_ARGUMENT */
export async function save(argument: string, saving: Saving): Promise<string> {
  const file = argument.replace(OVERWRITE, '').trim()
  checkName(file)
  if (saving.statements.length === 0) throw refused('has nothing to save yet', 'type some lines first')
  if (file.endsWith(RECORD)) return saveRecording(file, saving, argument.includes(OVERWRITE))
  if (file.endsWith('.test.ts')) return saveTest(file, saving, argument.includes(OVERWRITE))
  write(file, programText(programOf(saving.statements, optionsFor(file, saving)), `Saved from tspark-shell. Run it with: tspark-submit ${escapeControls(file)}`), argument.includes(OVERWRITE))
  const left = saving.context.expectations.length
  const kept = left ? `; ${counted(left, 'expectation')} of this session's batches ${left === 1 ? 'is' : 'are'} left out: .save FILE.test.ts keeps them` : ''
  return `saved: ${escapeControls(file)}; tspark-submit ${escapeControls(file)} runs it${kept}`
}

const counted = (count: number, what: string, many = `${what}s`): string => `${count} ${count === 1 ? what : many}`

/** The batches that came, and what they printed. */
async function saveTest(file: string, saving: Saving, overwrite: boolean): Promise<string> {
  const { statements, context } = saving
  const options = optionsFor(file, saving)
  const recording = recordingOf(programOf(statements, options), await recorded(context, 'a test'))
  if (typeof recording === 'string') throw refused(recording, 'save the program instead: .save session.ts')
  const within = context.expectations.filter(({ time }) => time.milliseconds >= recording.firstMs && time.milliseconds < recording.firstMs + recording.times * context.batchDuration.milliseconds)
  const program = programOf(statements, { ...options, expects: among(within.map(({ asked }) => asked.site)) })
  write(file, testText({ ...recording, program, replayFromMs: within.length > 0 && recording.firstMs !== context.batchDuration.milliseconds ? recording.firstMs : undefined }), overwrite)
  const left = [recording.leftOut, ...context.expectations.length > within.length ? [`${counted(context.expectations.length - within.length, 'expectation')} of other batches left out`] : []].flatMap(text => text ? [`; ${text}`] : []).join('')
  return `saved: ${escapeControls(file)} with ${counted(recording.times, 'batch', 'batches')}${within.length ? ` and ${counted(within.length, 'expectation')}` : ''}${left}; npx vitest run ${escapeControls(file)} runs it`
}

async function recorded(context: StreamingContext, what: string): Promise<Awaited<ReturnType<StreamingContext['recorded']>>> {
  try { return await context.recorded(MOST_ROWS) } catch (error) {
    if (!(error instanceof SparkError) || error.code !== 'HISTORY_EMPTY') throw error
    throw refused(`cannot make ${what}: ${error.params.reason}`, 'start the stream, let a batch run, and save again; or save the program instead: .save session.ts')
  }
}

/** The same for whatever engine: to be played through the program that `.save` writes. */
async function saveRecording(file: string, saving: Saving, overwrite: boolean): Promise<string> {
  const { context } = saving
  const recording = recordingOf(programOf(saving.statements, optionsFor(file, saving)), await recorded(context, 'a recording'), RECORDED)
  if (typeof recording === 'string') throw refused(recording, 'save the program, and record it as it runs: tspark-submit --record FILE')
  write(file, recordText(recording, { batchMs: context.batchDuration.milliseconds, parallelism: context.sparkContext.defaultParallelism }), overwrite)
  return `saved: ${escapeControls(file)} with ${counted(recording.times, 'batch', 'batches')}${recording.leftOut ? `; ${recording.leftOut}` : ''}; .save the program, too, and tspark-submit --compare ${escapeControls(file)} PROGRAM.ts plays them`
}

export function optionsFor(file: string, { context, flags }: Saving): ProgramOptions {
  return {
    ...flags,
    runs: among(context.plan().outputs.map(({ site }) => site)),
    undone: among(context.undone),
    expects: () => false,
    relative: specifier => fromFile(specifier, dirname(resolve(file))),
  }
}

const among = (sites: readonly (CallSite | undefined)[]) => (name: string, fromRow: number, toRow: number): boolean =>
  sites.some(site => site?.file === name && site.line >= fromRow && site.line <= toRow)

/** The session's relative imports start from the folder of the shell. */
function fromFile(specifier: string, folder: string): string {
  if (!/^\.\.?\//.test(specifier)) return specifier
  const path = relative(folder, resolve(specifier)).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}

function checkName(file: string): void {
  const named = escapeControls(file)
  if (!file) throw refused('needs a file', 'give a name, for example .save wordcount.ts')
  if (!/\.([mc]?ts|record)$/.test(file)) throw refused(`writes TypeScript, and ${named} is no name for that`, `.save ${named.replace(/\.\w*$/, '')}.ts`)
  const folder = dirname(resolve(file))
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw refused(`finds no directory ${escapeControls(folder)}`, 'make it first, or give another place')
}

/** What stands there is replaced whole, or left as it is. */
function write(file: string, text: string, overwrite: boolean): void {
  const draft = join(dirname(resolve(file)), `.${process.pid}-${Date.now()}.tspark-saved`)
  try {
    writeFileSync(overwrite ? draft : file, text, { flag: 'wx' })
    if (overwrite) renameSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refused(`finds that ${escapeControls(file)} exists already`, `.save ${escapeControls(file)} ${OVERWRITE} writes over it`)
    throw refused(`cannot write ${escapeControls(file)}: ${(error as Error).message}`, 'give another place')
  } finally { if (overwrite) rmSync(draft, { force: true }) }
}

const refused = (problem: string, fix: string): SparkError => new SparkError('COMMAND_ARGUMENT', { command: '.save', problem, fix })

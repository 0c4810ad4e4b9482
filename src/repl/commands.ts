/**
 * What one can say to the shell itself: `.name` and an argument. A row is the name, how the argument is called, a phrase of
 * help and what it does; .help prints this table. A line that begins with `.name(` is no command: it continues an expression.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { JobPromise, StreamingContext } from '../index.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { CLOCK_COMMANDS } from './clock-commands.js'
import { closest } from './closest.js'
import { LESSON_COMMANDS } from './lessons/lesson-command.js'
import type { OpenLesson } from './lessons/lessons.js'
import { KEEP_COMMANDS } from './keep/commands.js'
import type { ShellFlags } from './keep/save.js'
import { LOOK_COMMANDS } from './look-commands.js'
import { MEND_COMMANDS } from './mend-commands.js'
import { asCommand } from './paste.js'
import type { Look } from './render.js'
import { renderBinding } from './render.js'
import { SEND_COMMANDS } from './send-command.js'
import type { ServedLines } from './served-lines.js'
import type { Session } from './session.js'
import type { Watches } from './watches.js'
import { wrapWords } from './width.js'

/** What commands may ask of the shell. */
export interface CommandHost {
  /** Waits until the session is ready. */
  session(): Promise<Session>
  /** The context that runs, else the ready-made one. */
  context(): Promise<StreamingContext>
  readonly look: Look
  readonly watches: Watches
  readonly history: readonly string[]
  print(text: string): void
  run(text: string, file?: string): Promise<unknown>
  /** Waits for a job that Ctrl-C may cancel. */
  wait<T>(job: JobPromise<T>): Promise<T>
  clearScreen(): void
  leave(): Promise<void>
  serveLines(port: number | undefined): Promise<void>
  /** What the shell was started with. */
  flags(): Promise<ShellFlags>
  /** Ends the stream that runs and forgets the ready-made one. */
  closeStreams(): Promise<void>
  /** The next lines are one input, up to Ctrl-D. */
  edit(): void
  /** The server of `.nc`, and what is being sent. */
  readonly served: ServedLines
  /** The lesson that is open. */
  readonly lesson: OpenLesson | undefined
  /** Another, or none. */
  study(lesson: OpenLesson | undefined): void
  /** The next prompt begins with that text, to be edited. Whether this terminal can. */
  prefill(text: string): boolean
  /** Shows an error of what goes on beside the prompt. */
  complain(error: unknown): void
}

export interface Command {
  readonly name: string
  readonly argument?: string
  /** Other names, with the dot. */
  readonly also?: readonly string[]
  /** Shown by `.help all` only. */
  readonly more?: boolean
  readonly help: string
  /** Said without the dot: only while nothing is bound to that name. */
  readonly spoken?: readonly string[]
  /** A line of this letter alone is the command while a failed batch waits. */
  readonly letter?: string
  /** What it is called in Scala's shell, where that is something else: `:paste`. */
  readonly scala?: string
  readonly run: (host: CommandHost, argument: string) => void | Promise<void>
}

export const COMMANDS: readonly Command[] = [
  { name: '.help', argument: 'all', help: 'show this; all: the rest too', spoken: ['help', ':help', ':h', '?'], run: (host, text) => host.print(wrapWords(helpText({ all: text === 'all' }), host.look.columns(), HELP_COLUMN + 1)) },
  { name: '.exit', help: 'leave; what was received is still processed (also Ctrl-D, exit, quit, :q)', spoken: ['exit', 'exit()', 'quit', 'quit()', ':q', ':quit', '.quit'], run: host => host.leave() },
  ...CLOCK_COMMANDS,
  { name: '.type', argument: 'EXPRESSION', more: true, help: 'the type of an expression, which does not run', run: showType },
  { name: '.doc', argument: 'NAME', more: true, help: 'what a name means, with an example; also words.map? and ?words.map', run: showDoc },
  { name: '.bindings', more: true, help: 'what you have defined, with types', run: async host => host.print(bindingsText(await host.session(), host.look)) },
  { name: '.undo', more: true, help: 'take back the last change of the graph: what a line added, removed or replaced', run: async host => { (await host.context()).undo() } },
  ...MEND_COMMANDS,
  ...LOOK_COMMANDS,
  { name: '.nc', argument: 'PORT', help: 'a line server in the shell: then `> text` sends a line to every client; .nc alone closes it', run: (host, text) => host.serveLines(text ? portOf(text) : undefined) },
  ...SEND_COMMANDS,
  { name: '.load', argument: 'FILE', more: true, help: 'run a TypeScript file here', run: loadFile },
  ...KEEP_COMMANDS,
  ...LESSON_COMMANDS,
  { name: '.history', argument: 'COUNT', more: true, help: 'the last inputs', run: (host, text) => host.print(historyText(host, Number(text) || 20)) },
  { name: '.clear', more: true, help: 'clear the screen', run: host => host.clearScreen() },
]

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl-C', 'clears the line, stops what runs, gives the prompt back; never leaves'],
  ['Ctrl-D', 'leaves'],
  ['Ctrl-R', 'searches earlier inputs'],
  ['Tab', 'completes a name; of a whole one it says what it means'],
]

/** The command of a line, or undefined when it is code. @throws COMMAND_UNKNOWN */
export function commandOf(line: string, isBound: (name: string) => boolean, hasFailed = (): boolean => false): { command: Command; argument: string } | undefined {
  const text = line.trim()
  const spoken = COMMANDS.find(({ spoken: words, letter }) => words?.includes(text) || letter === text && hasFailed())
  if (spoken && !isBound(text.replace(/\(\)$/, ''))) return { command: spoken, argument: '' }
  const asked = /^\?\s*([\w$.]+)$|^([\w$.]*[\w$])\?$/.exec(text)
  if (asked) return { command: commandNamed('.doc'), argument: asked[1] ?? asked[2]! }
  const scala = /^:([a-z]+)\??(?:\s+(.*))?$/s.exec(text)
  if (scala) return { command: scalaCommand(scala[1]!), argument: (scala[2] ?? '').trim() }
  const said = asCommand(text)
  if (!said) return undefined
  return { command: commandNamed(`.${said.name}`), argument: said.rest }
}

const commandNamed = (name: string): Command => COMMANDS.find(command => command.name === name || command.also?.includes(name)) ?? unknown(name)

/** As in Scala's shell the beginning of a name will do: `:t`, `:pa`. */
function scalaCommand(name: string): Command {
  const called = ({ name, scala }: Command): string => scala ?? name.slice(1)
  return COMMANDS.find(command => called(command) === name) ?? COMMANDS.find(command => called(command).startsWith(name)) ?? unknown(`:${name}`)
}

const HELP_COLUMN = 18

/** What is needed first, or all. */
export const helpText = ({ all = true } = {}): string => [
  ...COMMANDS.filter(({ more }) => all || !more).map(({ name, argument, help }) => `${[name, argument].filter(Boolean).join(' ').padEnd(HELP_COLUMN)} ${help}`),
  ...KEYS.map(([key, help]) => `${key.padEnd(HELP_COLUMN)} ${help}`),
].join('\n')

function unknown(command: string): never {
  const near = closest(command.replace(':', '.'), COMMANDS.flatMap(({ name, also = [] }) => [name, ...also]))
  throw new SparkError('COMMAND_UNKNOWN', { command, hint: near ? `did you mean ${near}? .help all lists all` : '.help all lists all commands' })
}

async function showType(host: CommandHost, expression: string): Promise<void> {
  if (!expression) throw new SparkError('COMMAND_ARGUMENT', { command: '.type', problem: 'needs an expression', fix: '.type sc.range(3)' })
  const type = await (await host.session()).typeOf(expression)
  if (type === undefined) throw new SparkError('COMMAND_ARGUMENT', { command: '.type', problem: `cannot tell the type of ${escapeControls(expression)}`, fix: 'run it alone to see what is wrong with it' })
  host.print(host.look.colors.cyan(escapeControls(type)))
}

async function showDoc(host: CommandHost, expression: string): Promise<void> {
  const doc = expression ? await (await host.session()).docOf(expression) : undefined
  if (doc === undefined) throw new SparkError('COMMAND_ARGUMENT', { command: '.doc', problem: expression ? `knows nothing of ${escapeControls(expression)}` : 'needs a name', fix: '.doc sc.range, or sc.range?' })
  const [declaration, ...rest] = escapeControls(doc).split('\n')
  host.print([host.look.colors.cyan(declaration!), ...rest].join('\n'))
}

function bindingsText(session: Session, look: Look): string {
  const shown = session.bindings().filter(({ name, line }) => line > 0 || name !== 'lesson') // which is there for .lesson alone
  const lines = shown.map(binding => renderBinding(binding, look))
  return lines.length ? lines.join('\n') : 'nothing yet; sc and ssc are ready'
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65536) return port
  throw new SparkError('COMMAND_ARGUMENT', { command: '.nc', problem: `needs a port from 1 to 65535, not ${escapeControls(text)}`, fix: '.nc 9999' })
}

async function loadFile(host: CommandHost, file: string): Promise<void> {
  if (/^\w+:\/\//.test(file)) throw new SparkError('COMMAND_ARGUMENT', { command: '.load', problem: 'reads files of this machine only', fix: 'fetch it first, look at it, then .load the file' })
  if (!file || !existsSync(file)) throw new SparkError('COMMAND_ARGUMENT', { command: '.load', problem: file ? `finds no file ${escapeControls(file)}` : 'needs a file', fix: 'give a path from here, for example .load ./wordcount.ts' })
  await host.run(readFileSync(file, 'utf8'), file)
}

const historyText = ({ history }: CommandHost, count: number): string =>
  history.slice(0, count).reverse().map(input => `  ${escapeControls(input).replaceAll('\n', '\n    ')}`).join('\n') || 'nothing yet'

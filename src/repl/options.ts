/**
 * The shell's flags: one row each with what it does; reading them and the text of --help come from the same table.
 * A flag that is not there is a sentence with the nearest one that is, never a stack.
 */
import { parseMs } from '../core/conf.js'
import { SparkError } from '../core/errors.js'
import { closest } from './closest.js'
import { parseLocalMaster } from '../core/master.js'

export interface ShellOptions {
  master: string | undefined
  batchMs: number
  name: string | undefined
  /** Files to run before the prompt, in order. */
  readonly preload: string[]
  /** Code given with -e; the shell then asks for no more. */
  readonly code: string[]
  readonly conf: [string, string][]
  plain: boolean
  help: boolean
  version: boolean
}

interface Flag {
  readonly names: readonly string[]
  /** How its value is called; absent for a switch. */
  readonly value?: string
  readonly what: string
  readonly read: (options: ShellOptions, value: string, flag: string) => void
}

export const FLAGS: readonly Flag[] = [
  { names: ['--master'], value: 'URL', what: "where the work runs: local, 'local[2]' (or local:2), 'local[*]', spark://host:7077", read: (o, v) => { o.master = checkedMaster(v) } },
  { names: ['--engine'], value: 'NAME', what: 'spark: stock Spark, also for a local master (docs/spark.md)', read: (o, v) => { o.conf.push(['spark.tspark.engine', v]) } },
  { names: ['--batch'], value: 'SPAN', what: 'batch interval of the ready-made ssc: 500ms, 1s, 2min (default 1s)', read: (o, v, flag) => { o.batchMs = span(flag, v) } },
  { names: ['-i'], value: 'FILE', what: 'run a TypeScript file before the prompt', read: (o, v) => { o.preload.push(v) } },
  { names: ['-e'], value: 'CODE', what: 'run this code and leave', read: (o, v) => { o.code.push(v) } },
  { names: ['--conf', '-c'], value: 'KEY=VALUE', what: 'a setting, for example spark.streaming.blockInterval=50ms', read: (o, v, flag) => { o.conf.push(pair(flag, v)) } },
  { names: ['--name'], value: 'NAME', what: 'name of the application', read: (o, v) => { o.name = v } },
  { names: ['--once'], what: 'inputs end with what is there (files, queues, sockets that close), and the stream with them', read: o => { o.conf.push(['spark.tspark.once', 'true']) } },
  { names: ['--plain'], what: 'never redraw the line and use no colour', read: o => { o.plain = true } },
  { names: ['--help', '-h'], what: 'show this text', read: o => { o.help = true } },
  { names: ['--version'], what: 'show the version', read: o => { o.version = true } },
]

/** Reads the command line. @throws FLAG_UNKNOWN, FLAG_VALUE, MASTER_INVALID */
export function parseOptions(argv: readonly string[]): ShellOptions {
  const options: ShellOptions = { master: undefined, batchMs: 1000, name: undefined, preload: [], code: [], conf: [], plain: false, help: false, version: false }
  for (let i = 0; i < argv.length; i++) i = readFlag(argv, i, options)
  return options
}

export const helpText = (): string => [
  'tspark-shell: a prompt for live streaming computations, with sc and ssc ready',
  '',
  'usage: tspark-shell [flags]        or: tspark-shell < program.ts',
  '',
  ...FLAGS.map(({ names, value, what }) => `  ${[names.join(', '), value].filter(Boolean).join(' ').padEnd(24)} ${what}`),
  '',
  'NO_COLOR and TERM=dumb are respected. History is kept in ~/.tspark_history (TSPARK_HISTORY names another file, or none).',
].join('\n')

function readFlag(argv: readonly string[], at: number, options: ShellOptions): number {
  const [, name, joined] = /^(--[^=]+)=(.*)$/s.exec(argv[at]!) ?? [undefined, argv[at]!, undefined]
  const flag = FLAGS.find(({ names }) => names.includes(name!)) ?? unknown(name!)
  if (!flag.value) { flag.read(options, '', name!); return at }
  const value = joined ?? argv[at + 1]
  if (value === undefined) throw invalid(name!, `needs a value: ${name} ${flag.value}`)
  flag.read(options, value, name!)
  return joined === undefined ? at + 1 : at
}

function unknown(name: string): never {
  if (!name.startsWith('-')) throw new SparkError('FLAG_UNKNOWN', { flag: name, hint: `to run a file before the prompt: tspark-shell -i ${name}` })
  const near = closest(name, FLAGS.flatMap(({ names }) => names))
  throw new SparkError('FLAG_UNKNOWN', { flag: name, hint: near ? `did you mean ${near}? tspark-shell --help lists all` : 'tspark-shell --help lists all flags' })
}

function span(flag: string, text: string): number {
  const ms = parseMs(text)
  if (ms === undefined || ms < 1) throw invalid(flag, `needs a span of time such as 500ms or 1s, not "${text}"`)
  return ms
}

function pair(flag: string, text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw invalid(flag, `needs KEY=VALUE, not "${text}"`)
  return [text.slice(0, at).trim(), text.slice(at + 1)]
}

/** Masters with a scheme are for the engine registry to judge. */
function checkedMaster(text: string): string {
  if (parseLocalMaster(text) || /^[a-z0-9]+:\/\/|^yarn$/.test(text)) return text
  throw new SparkError('MASTER_INVALID', { master: text })
}

const invalid = (flag: string, problem: string): SparkError => new SparkError('FLAG_VALUE', { flag, problem })

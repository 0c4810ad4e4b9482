/**
 * Command line → what to run, with which settings. Pure but for reading the properties file; says what is wrong, and with which
 * exit code, instead of ending the process.
 */
import { SparkConf } from '../core/conf.js'
import { flagNamed, FLAGS, usage } from './flags.js'
import { defaultPropertiesFile, readProperties } from '../core/properties.js'

/** Ends the command: a text for the user and the exit code, as spark-submit has them. */
export class Exit extends Error {
  constructor(readonly exitCode: number, message: string) { super(message) }
}

export interface Submission {
  readonly program: string
  readonly args: readonly string[]
  readonly className: string | undefined
  /** Flags before properties file; the program's own SparkConf goes before both. */
  readonly conf: SparkConf
  readonly verbose: boolean
  /** The file that is written, or played. */
  readonly record: string | undefined
  readonly compare: string | undefined
  /** Flags and settings that were given and have no effect here. */
  readonly notes: readonly string[]
}

export type Request = Submission | { readonly print: string }

/** @throws Exit 1 for what cannot be understood, 255 for no arguments at all */
export function parseArgs(argv: readonly string[], version: string, env: NodeJS.ProcessEnv = process.env): Request {
  if (argv.length === 0) throw new Exit(255, usage())
  const { given, rest } = split(argv)
  if (given.some(([name]) => name === '--help')) return { print: usage() }
  if (given.some(([name]) => name === '--version')) return { print: `tspark ${version}, Node ${process.versions.node}` }
  if (rest.length === 0) throw new Exit(1, 'Error: Must specify a program (a .ts or .js file) after the options; --help shows them')
  return submission(given, rest, env)
}

type Given = readonly (readonly [name: string, value: string])[]

/** Options end at the first word that is none; all behind it belongs to the program. */
function split(argv: readonly string[]): { given: Given; rest: readonly string[] } {
  const given: [string, string][] = []
  let at = 0
  while (at < argv.length && argv[at]!.startsWith('-')) {
    const [word, inline] = inlineValue(argv[at++]!)
    const flag = flagNamed(word)
    if (!flag || (inline !== undefined && !flag.takes)) throw new Exit(1, `Error: Unrecognized option: ${word}${suggestion(word)}`)
    const value = flag.takes ? inline ?? argv[at++] : 'true'
    if (value === undefined) throw new Exit(1, `Error: Missing argument for option '${word}': it takes ${flag.takes}.`)
    given.push([flag.names[0]!, value])
  }
  return { given, rest: argv.slice(at) }
}

function submission(given: Given, [program, ...args]: readonly string[], env: NodeJS.ProcessEnv): Submission {
  const last = (name: string): string | undefined => given.findLast(([other]) => other === name)?.[1]
  const file = last('--properties-file') ?? defaultPropertiesFile(env)
  const properties = file === undefined ? { entries: [], notes: [] } : readable(file)
  const conf = new SparkConf(properties.entries)
  for (const [name, value] of given.filter(([name]) => name === '--conf')) conf.set(...pair(name, value))
  for (const [name, value] of given) { const key = flagNamed(name)!.conf; if (key) conf.set(key, value) }
  checkMaster(conf)
  const [record, compare] = [last('--record'), last('--compare')]
  if (record !== undefined && compare !== undefined) throw new Exit(1, 'Error: --record and --compare are of two runs: record first, then compare')
  const idle = onSpark(conf) ? [] : FLAGS.filter(flag => !flag.what && last(flag.names[0]!) !== undefined).map(({ names }) => `${names[0]} has no meaning where the executors are threads of this process`)
  return { program: program!, args, className: last('--class'), conf, verbose: last('--verbose') !== undefined, record, compare, notes: [...properties.notes, ...idle] }
}

/** There these flags mean what they mean to Spark. */
export const onSpark = (conf: SparkConf): boolean => conf.get('spark.tspark.engine') === 'spark' || !/^local/.test(conf.get('spark.master'))

function readable(file: string): ReturnType<typeof readProperties> {
  try { return readProperties(file) }
  catch (error) { throw new Exit(1, `Error: Failed when loading Spark properties file ${file}: ${(error as Error).message}`) }
}

function pair(name: string, value: string): [string, string] {
  const at = value.indexOf('=')
  if (at < 1) throw new Exit(1, `Error: Spark config without '=': ${value} (write ${name} key=value)`)
  return [value.slice(0, at).trim(), value.slice(at + 1)]
}

/** Only the form: whether there is such a cluster is found out by whoever connects. */
function checkMaster(conf: SparkConf): void {
  const master = conf.contains('spark.master') ? conf.get('spark.master') : 'local'
  if (!/^(local([:[].*)?|spark:\/\/.+|yarn|k8s:\/\/.+)$/.test(master)) throw new Exit(1, `Error: Could not parse Master URL: '${master}'\n  fix: use local, 'local[2]' (or local:2, which needs no quotes), 'local[*]'`)
}

function inlineValue(word: string): [string, string | undefined] {
  const match = /^(--[^=]+)=(.*)$/s.exec(word)
  return match ? [match[1]!, match[2]] : [word, undefined]
}

function suggestion(word: string): string {
  const near = FLAGS.flatMap(({ names }) => names).find(name => name.length > 3 && (name.startsWith(word) || word.startsWith(name) || distance(name, word) <= 2))
  return near ? ` (did you mean ${near}?)` : ''
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

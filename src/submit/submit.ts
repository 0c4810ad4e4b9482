/**
 * Runs a program unattended: checks its types, imports it, calls the class that was asked for, and stays until the streams it
 * started have ended. Exit codes are spark-submit's: 0, the program's own, 1 for an error, 2 for a missing file, 101 for a
 * missing class.
 */
import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { events } from '../core/events.js'
import { surroundings } from '../core/wiring.js'
import { submittedConf } from '../core/submitted.js'
import { StreamingContext } from '../index.js'
import { checkProgram, importEntry } from '../loader/loader.js'
import { Exit } from './args.js'
import { ExpectedByProgram } from './expected.js'
import type { Submission } from './args.js'

/** Resolves when the program, and every stream it left running, has ended. @throws Exit; whatever the program throws */
export async function submit(submission: Submission): Promise<void> {
  const file = programFile(submission.program)
  settle(submission, file)
  if (!process.env.TSPARK_ON_CLUSTER) await checkTypes(file)
  const expected = new ExpectedByProgram(events)
  const program = await importEntry(file)
  if (submission.className !== undefined) await runClass(program, submission.className, submission.args)
  await StreamingContext.getActive()?.awaitTermination()
  expected.check()
}

/** The program's file, once its types are right: what has to be known before it is sent away. @throws Exit */
export async function checkedProgram(program: string): Promise<string> {
  const file = programFile(program)
  await checkTypes(file)
  return file
}

function programFile(program: string): string {
  const file = resolve(program)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Exit(2, `Error: can't open file '${file}': No such file`)
  if (!/\.(m?[jt]s|cjs)$/.test(file)) throw new Exit(1, `Error: ${file} is no program that tspark can run: name a .ts, .mts, .js, .mjs or .cjs file`)
  return realpathSync(file) // what it imports stands beside the file, not beside a link to it
}

/** What the program will find: its arguments, and the flags as defaults of every SparkConf. */
function settle({ args, conf, className }: Submission, file: string): void {
  process.argv = [process.argv[0]!, file, ...args]
  surroundings.hasPrompt = false
  for (const [key, value] of conf.getAll()) submittedConf.set(key, value)
  submittedConf.setIfMissing('spark.app.name', className ?? file.replace(/^.*[\\/]/, ''))
}

async function checkTypes(file: string): Promise<void> {
  const { errors, report } = await checkProgram(file)
  if (errors > 0) throw new Exit(1, `${report.trimEnd()}\n\n${errors === 1 ? '1 error' : `${errors} errors`}: the program was not started.`)
}

type Main = (args: readonly string[]) => unknown

async function runClass(program: object, className: string, args: readonly string[]): Promise<void> {
  const found = classNamed(program as Record<string, unknown>, className)
  const main = found?.main ?? found
  if (typeof main !== 'function' || isClass(main)) throw new Exit(101, `Error: Failed to load class ${className}.${exportsOf(program, found)}`)
  await (main as Main).call(found, args)
}

/** `org.example.NetworkWordCount` is looked for as it stands, then by its last name. */
function classNamed(program: Record<string, unknown>, className: string): (object & { main?: unknown }) | undefined {
  const names = [className, className.split('.').at(-1)!]
  const exported = program.default as ({ name?: unknown } & Record<string, unknown>) | undefined
  const found = names.map(name => program[name] ?? (exported?.name === name ? exported : exported?.[name])).find(value => value !== undefined)
  return found as object | undefined
}

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value))

function exportsOf(program: object, found: object | undefined): string {
  const names = Object.keys(program)
  if (found) return ' It has no main(args).'
  return names.length ? ` The program exports ${names.join(', ')}.` : ' The program exports nothing: write `export` before it.'
}

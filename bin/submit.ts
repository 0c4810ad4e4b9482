/** `tspark-submit`: flags, then hand over; what ends the process, and how, is decided here. */
import { basename } from 'node:path'
import { escapeControls } from '#src/core/escape.js'
import { events } from '#src/core/events.js'
import { installation } from '#src/core/installation.js'
import { attachConsoleWriter } from '#src/sinks/console.js'
import { Exit, onSpark, parseArgs } from '#src/submit/args.js'
import type { Submission } from '#src/submit/args.js'
import { recorded } from '#src/submit/recorded.js'
import { describeEnd, reportEvents } from '#src/submit/report.js'
import { stopOnSignals } from '#src/submit/signals.js'
import { checkedProgram, submit } from '#src/submit/submit.js'

const say = (text: string): void => { process.stderr.write(text) }

function fail(error: unknown): never {
  say(error instanceof Exit ? `${error.message}\n` : `${describeEnd(error)}\n`)
  process.exit(error instanceof Exit ? error.exitCode : 1)
}

async function run(request: Submission): Promise<void> {
  attachConsoleWriter(events, process.stdout)
  reportEvents(events, process)
  stopOnSignals(text => say(`${text}\n`))
  await recorded(request, () => submit(request), text => say(`${escapeControls(text)}\n`))
}

function explain({ program, args, className, conf, notes }: Submission): void {
  const secret = /secret|password|token|access[.]?key|credential/i
  const settings = conf.getAll().map(([key, value]) => `  ${key}=${secret.test(key) ? '*********(redacted)' : value}`).sort()
  say(escapeControls(['Parsed arguments:', `  program  ${program}`, `  args     ${args.join(' ')}`, `  class    ${className ?? 'none'}`, 'Settings:', ...settings, ...notes, ''].join('\n')))
}

const isDeployed = ({ conf }: Submission): boolean => onSpark(conf) && conf.get('spark.submit.deployMode', 'client') === 'cluster'

/** The program runs on the cluster: it is checked here, and sent there. @returns the exit code of Spark's own spark-submit */
async function send({ program, args, className, conf }: Submission): Promise<number> {
  const [{ deploy }, { programFiles }] = await Promise.all([import('#src/engine/spark/deploy.js'), import('#src/loader/program-files.js')])
  const file = await checkedProgram(program)
  return deploy({ program: file, args, className, conf: conf.clone().setIfMissing('spark.app.name', className ?? basename(file)), files: programFiles(file) })
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

try {
  const request = parseArgs(process.argv.slice(2), installation.version)
  if ('print' in request) console.log(request.print)
  else {
    if (request.verbose) explain(request)
    if (isDeployed(request) && (request.record ?? request.compare) !== undefined) throw new Exit(1, 'Error: --record and --compare are for client deploy mode, where the driver is this machine')
    if (isDeployed(request)) process.exitCode = await send(request)
    else await run(request)
  }
} catch (error) { fail(error) }

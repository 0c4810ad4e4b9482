/**
 * A shell that a test drives step by step: real session, engine and socket, a manual clock, no terminal. Each message from the
 * parent is one step; the answer is what was written until the shell was quiet again.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { events } from '#src/core/events.js'
import { SteppableClock } from '#src/core/steppable-clock.js'
import { surroundings } from '#src/core/wiring.js'
import { StreamingContext } from '#src/index.js'
import { Evaluation } from '#src/repl/evaluation.js'
import { History } from '#src/repl/history.js'
import { Interrupts } from '#src/repl/interrupt.js'
import { openLineServer } from '#src/repl/line-server.js'
import { showLiveEvents } from '#src/repl/live-events.js'
import { offers } from '#src/repl/mend-commands.js'
import { Session } from '#src/repl/session.js'
import { Shell } from '#src/repl/shell.js'
import { Terminal } from '#src/repl/terminal.js'
import { printBlock } from '#src/sinks/console.js'
import { openContexts } from '#prelude/contexts.js'
import { declarations } from '#prelude/names.js'
import pc from 'picocolors'

const PORT = 9999 // what transcripts say; the real one is free
const FOLDER = '/tmp/session' // the same of files; the real one is this session's own
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tspark-session-')))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const clock = surroundings.clock = new SteppableClock()
clock.manual()
const checks = new Set()
const changed = () => { for (const check of checks) check() }
const server = await freeServer()
let written = ''
const terminal = new Terminal({ mode: 'transcript', columns: () => 100, write: text => { written += text } })
for (const stream of [process.stdout, process.stderr]) stream.write = text => { terminal.write(String(text)); return true }

const contexts = openContexts({ master: 'local[2]', batchMs: 1000, name: 'transcript', conf: [] })
const session = new Session({ prelude: { values: contexts.values, declarations: declarations() }, locale: 'en' })
const look = { colors: pc.createColors(false), columns: () => 100 }
const interrupts = new Interrupts(undefined, () => {})
const evaluation = new Evaluation({ session, terminal, interrupts, look, liveFunctions: () => contexts.streaming ? contexts.context.liveFunctions() : [] })
const running = () => contexts.streaming ? contexts.context : undefined
showLiveEvents({ events, terminal, look, evaluation, intervalMs: () => undefined, offers: () => offers(running(), look), printBlock })

let onPrompt = () => {}
const nothing = () => {}
const editor = { show: () => onPrompt(), relabel: nothing, hide: nothing, insert: nothing, clear: nothing, giveUp: nothing, text: '', history: [], cursorRows: () => 0, redraw: nothing, close: nothing }
const shell = new Shell({
  terminal, editor, history: new History(undefined), look, keys: { hold: nothing, release: nothing, nextLine: undefined, skipLine: nothing }, opened: Promise.resolve({ session, evaluation, context: () => contexts.context, running, closeStreams: () => contexts.closeStreams(), flags: { master: 'local[2]', batchMs: 1000, conf: [] } }),
  interrupt: () => interrupts.interrupt(), cancelBatch: () => false, openLineServer, leave: async () => onPrompt(),
})
terminal.attach(editor)
await shell.start()

const received = new Map()
let receivers = 0
events.on('received', ({ stream, records }) => { received.set(stream, records); changed() })
events.on('receiverStarted', () => { receivers++; changed() })
events.on('receiverStopped', ({ stream }) => { receivers--; received.delete(stream); changed() })
const until = holds => new Promise(resolve => {
  const check = () => { if (holds()) { checks.delete(check); resolve() } }
  checks.add(check)
  check()
})

const prompted = act => new Promise(resolve => { onPrompt = resolve; act() })
const steps = {
  async type({ lines }) { for (const line of lines) await prompted(() => line === '^D' ? shell.endText() : shell.line(toReal(line))) },
  async paste({ text }) { await prompted(() => shell.paste(toReal(text))) },
  async nc({ lines }) {
    const before = new Map(received)
    const arrived = () => received.size > 0 && [...received].every(([stream, records]) => records >= (before.get(stream) ?? 0) + lines.length)
    await StreamingContext.getActive()?.idle()
    await until(() => server.clients === receivers) // else the lines go to one that is about to leave
    server.send(lines.join('\n'))
    await until(arrived)
  },
  async tick({ ms }) {
    clock.advance(ms)
    await StreamingContext.getActive()?.idle()
  },
}

process.on('message', async step => {
  written = ''
  await steps[step.kind](step)
  terminal.flush()
  process.send(written.replaceAll(String(server.port), String(PORT)).replaceAll(folder, FOLDER).replace(/\S*tspark-checkpoint-\w+/g, '/tmp/tspark-checkpoint-…'))
})
process.on('disconnect', () => process.exit())
process.send('ready')

function toReal(text) { return text.replaceAll(String(PORT), String(server.port)).replaceAll(FOLDER, folder) }

async function freeServer() {
  for (let port = 20_000 + process.pid % 20_000; ; port++) {
    try { return await openLineServer({ port, onNote: changed }) } catch { /* the next one */ }
  }
}

/**
 * The shell with a session that runs plain JavaScript at once, for tests of the terminal alone.
 * `blocks(n, everyMs)` prints n blocks, as batches would; `forever()` waits until Ctrl-C.
 */
import { runInThisContext } from 'node:vm'
import { events } from '#src/core/events.js'
import { JobPromise } from '#src/core/job-promise.js'
import { openShell } from '#src/repl/open-shell.js'

const output = { id: 1, name: 'print', site: undefined }

globalThis.block = (timeMs, lines = [`(word,${timeMs})`], from = output) => {
  events.emit('printed', { timeMs, output: from, lines, more: false })
  events.emit('batchCompleted', { timeMs, error: undefined, submissionMs: 0, processingStartMs: 0, processingEndMs: 0, records: new Map() })
}
globalThis.blocks = (count, everyMs) => {
  let done = 0
  const timer = setInterval(() => { globalThis.block(++done * 1000); if (done === count) clearInterval(timer) }, everyMs)
}
globalThis.events = events
globalThis.forever = () => {
  let stop
  return JobPromise.of(new Promise((_, reject) => { stop = reject }), () => stop(new Error('cancelled')))
}

let waiting

const session = {
  ready: process.env.FAKE_READY_MS ? new Promise(resolve => setTimeout(resolve, Number(process.env.FAKE_READY_MS))) : Promise.resolve(),
  async completeness(text) {
    const opens = (text.match(/[([{]/g) ?? []).length
    const closes = (text.match(/[)\]}]/g) ?? []).length
    return opens > closes ? 'incomplete' : 'complete'
  },
  async evaluate(text, { withSigint }) {
    try {
      let value = withSigint(() => runInThisContext(text, { filename: '<repl>:1', breakOnSigint: true }))
      if (value instanceof JobPromise) {
        const result = await Promise.race([value, new Promise(resolve => { waiting = () => { value.catch(() => {}); value.cancel(); resolve(session) } })])
        waiting = undefined
        if (result === session) return { kind: 'interrupted', bindings: [] }
        value = result
      }
      return { kind: 'done', bindings: [], notes: [], changes: { assigned: [], shadowed: [] }, ...value !== undefined && { value: { value, type: typeof value } } }
    } catch (error) {
      return error?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ? { kind: 'interrupted', bindings: [] } : { kind: 'failed', error }
    }
  },
  async complete(text, cursor) {
    await new Promise(resolve => setTimeout(resolve, Number(process.env.FAKE_TAB_MS ?? 0)))
    const [typed] = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, cursor))
    const names = ['socketTextStream', 'start', 'stop', '数据流', '数据源', 'ünïcödé'].filter(name => name.startsWith(typed))
    return { from: cursor - typed.length, entries: names.map(name => ({ name, kind: 'method', ...name === typed && { doc: `(method) ${name}(): void\nA \x1b]0;title\x07 of 字符 that is longer than a narrow terminal is wide.` } })) }
  },
  async signatures() { return [] },
  async typeOf() { return 'number' },
  bindings: () => [{ name: 'sc', type: 'SparkContext' }],
  interrupt() { waiting?.(); return waiting !== undefined },
  async close() {},
}

openShell(process.argv.slice(2), {
  version: '0.0.0-test',
  defaultMaster: 'local[2]',
  open: async () => ({ session, stop: async () => {}, context: () => { throw new Error('no context here') }, streaming: () => false, cancelBatch: () => false, warmUp: () => {} }),
  openLineServer: async () => { throw new Error('none here') },
  printBlock: ({ timeMs, lines }) => `-\nTime: ${timeMs} ms\n-\n${lines.join('\n')}\n\n`,
})

/**
 * The prompt: how long until it stands, beside a Node that does nothing; and what checking and running one line costs when ten lines came
 * before it, and when three hundred did. The last two must not differ.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { declarations } from '#prelude/names.js'
import { Session } from '#src/repl/session.js'
import * as tspark from '#src/index.js'

/** Shells that got their Ctrl-D; they may take their time. */
const leaving = []
const SHELL = fileURLToPath(new URL('../../bin/tspark-shell.cjs', import.meta.url))

export const bench = {
  what: 'time to the first prompt; one line entered at line 10 and at line 300',

  async setup() {
    const [short, long] = [await sessionOf(10, 1), await sessionOf(300, 1000)]
    // Each has a compiler of its own: both are to have seen as many lines.
    for (let entered = 10; entered < 300; entered++) await enter(short, 10)
    return {
      contenders: {
        'node -e 0': () => once(spawn(process.execPath, ['-e', '0']), 'close'),
        'tspark-shell, first prompt': firstPrompt,
        'a line at line 10': () => enter(short, 10),
        'a line at line 300': () => enter(long, 300),
      },
      beside: { 'a line at line 10': 'a line at line 10', 'a line at line 300': 'a line at line 10' },
      close: () => Promise.all([short.close(), long.close(), ...leaving]),
    }
  },
}

/** A session in which four lines of five declared something. */
async function sessionOf(lines, firstLine) {
  const sc = new tspark.SparkContext(new tspark.SparkConf().setMaster('local[1]').setAppName('bench'))
  const session = new Session({ firstLine, locale: 'en', prelude: { values: { ...tspark, sc }, declarations: declarations() } })
  await session.ready
  for (let at = 0; at < lines; at++) await entered(session, [
    `const words${at} = sc.parallelize(["a b", "c ${at}"]).flatMap(l => l.split(" "))`,
    `const counts${at} = words${at - 1}.map(w => [w, ${at}]).reduceByKey((a, b) => a + b)`,
    `class Kind${at} { constructor(readonly n = ${at}) {} }`,
    `function plus${at}(n: number) { return n + new Kind${at - 1}().n }`,
    `plus${at - 1}(1)`,
  ][at % 5])
  return session
}

const enter = (session, lines) => entered(session, `counts${lines - 9}.map(([w, n]) => [w, n + plus${lines - 7}(1)]).filter(pair => pair[1] > 1)`)

async function entered(session, text) {
  const outcome = await session.evaluate(text)
  if (outcome.kind !== 'done') throw new Error(`${text}: ${JSON.stringify(outcome.diagnostics ?? String(outcome.error))}`)
}

/** On a terminal, as `script` gives one, since without one there is no prompt. */
async function firstPrompt() {
  const child = spawn('script', ['-qfc', `${process.execPath} ${SHELL} --master local`, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, HOME: '/nonexistent' } })
  const closed = once(child, 'close')
  let output = ''
  await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
      if (output.includes('ts> ')) resolve()
    })
    closed.then(() => reject(new Error(`no prompt came: ${output}`)))
  })
  child.stdout.resume()
  child.stdin.write('\x04')
  leaving.push(closed)
}

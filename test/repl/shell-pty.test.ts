/** The real shell on a real pseudo-terminal: session, executors, socket, signals. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Pty, SHELL } from '../support/pty.js'
import { broken, heldLabel, LINE, TEXT, untilTyped, VALUE } from '../support/typed-line.js'

// Time between two rules, one record, a blank line.
const LINES_OF_A_BATCH = 5

let pty: Pty
beforeEach(async () => {
  pty = new Pty(`${SHELL} --master local:2 --batch 200ms`, { columns: 100, rows: 30 })
  await pty.until(/ts>$/)
})
afterEach(() => pty.kill())

/** Types a line and waits until the prompt is back. */
async function enter(line: string, answer: string | RegExp = ''): Promise<void> {
  const before = pty.rows.filter(row => row.startsWith('ts>')).length
  pty.write(`${line}\r`)
  await pty.until(() => pty.rows.filter(row => row.startsWith('ts>')).length > before)
  await pty.until(answer)
}

test('word count while typing; awaitTermination and Ctrl-C; a function that throws; leaving', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  const connected = once(server, 'connection') as Promise<[Socket]>
  await once(server, 'listening')
  await enter('import { Seconds, StreamingContext } from "tspark"')
  await enter('const ssc = new StreamingContext(sc, Milliseconds(200))', 'ssc: StreamingContext')
  await enter(`const lines = ssc.socketTextStream("localhost", ${(server.address() as AddressInfo).port})`, 'lines: DStream<string>')
  await enter('const wordCounts = lines.flatMap(_ => _.split(" ")).map(x => [x, 1]).reduceByKey((a, b) => a + b)', 'wordCounts: DStream<[string, number]>')
  await enter('wordCounts.print()', 'registered; ssc.start() begins')
  await enter('ssc.start()')
  const [client] = await connected
  client.write('to be\n')
  await pty.until('(to,1)')
  pty.write('ssc.awaitTermination()\r')
  await pty.until('Ctrl-C gives the prompt back, the stream goes on')
  client.write('or not\n')
  await pty.until('(or,1)')
  pty.write('\x03')
  await pty.until(/no longer waiting; the stream goes on[^]*ts>$/)
  client.write('still there\n')
  await pty.until('(there,1)')
  await enter('lines.map(line => { if (line === "bad") throw new TypeError("a bad line"); return line }).print()')
  client.write('bad\n')
  await pty.until('TypeError: a bad line')
  await pty.until('record: bad')
  client.write('good\n')
  await pty.until(/^good$/m)
  pty.write('\x04')
  expect(await pty.ended()).toBe(0)
  server.close()
  client.destroy()
}, 60_000)

test('Ctrl-C frees the executors from an endless loop, and stops one at the prompt', async () => {
  await enter('1 + 1', 'number = 2')
  pty.write('sc.range(2).map(x => { console.log("looping"); while (x >= 0); return x }).collect()\r')
  await pty.until(/^looping$/m)
  pty.write('\x03')
  await pty.until(/interrupted\nts>$/)
  await enter('sc.range(3).map(x => x + 1).collect()', '[ 1, 2, 3 ]')
}, 60_000)

describe('50 batches while a line is typed, one key each 30 ms', () => {
  const batches = (): number => pty.rows.filter(row => row === 'batch 字').length

  /** Types, and looks at the screen after every tenth key. */
  async function typed(text: string, expected: (soFar: string) => readonly string[]): Promise<void> {
    const chars = [...text]
    for (let at = 0; at < chars.length; at += 10) {
      await pty.type(chars.slice(at, at + 10).join(''), 30)
      await untilTyped(pty, () => expected(chars.slice(0, at + 10).join('')))
    }
  }

  beforeEach(async () => {
    await enter('const ssc = new StreamingContext(sc, Milliseconds(40))', 'ssc: StreamingContext')
    await enter('ssc.queueStream([], true, sc.parallelize(["batch 字"])).print()', 'registered')
    await enter('ssc.start()')
    await pty.until(() => batches() > 0)
  })

  test('the line on the screen and its value are exact', async () => {
    const before = batches()
    await typed(LINE, soFar => broken(`ts> ${soFar}`, 100))
    await pty.until(() => batches() - before >= 50)
    await untilTyped(pty, () => broken(`ts> ${LINE}`, 100))
    pty.write('\r')
    await pty.until(new RegExp(`^number = ${VALUE}$`, 'm'))
  })

  test('so they are in the middle of a function: output waits, and all of it comes after', async () => {
    await pty.type('function f() {\r', 30)
    await pty.until(/^\.\.\./m)
    const before = batches()
    await typed(`  const 数 = ${TEXT}`, soFar => broken(`${heldLabel(pty) || '... '}${soFar}`, 100))
    await pty.until(() => Number(/\d+/.exec(heldLabel(pty))?.[0]) >= 50 * LINES_OF_A_BATCH)
    expect(batches()).toBe(before)
    pty.write('\r  return 数.length\r}\rf() + 5\r')
    await pty.until(new RegExp(`^number = ${VALUE}$`, 'm'))
    expect(batches() - before).toBeGreaterThanOrEqual(50)
  })
})

test('Ctrl-C at an empty prompt cancels a batch that loops; later batches go on', async () => {
  await enter('ssc.queueStream([["loop"], ["fine"]]).map(x => { while (x === "loop"); return x }).print()', 'registered')
  await enter('ssc.start()')
  const pressing = setInterval(() => pty.write('\x03'), 100) // a batch is left alone in its first second
  try { await pty.until('cancelling the batch that runs; the stream goes on') } finally { clearInterval(pressing) }
  await pty.until('JOB_CANCELLED')
  await pty.until(/^fine$/m)
}, 60_000)

test('a Ctrl-C at any moment after Enter is not lost', async () => {
  await enter('1 + 1', 'number = 2')
  for (let delayMs = 0; delayMs < 60; delayMs += 3) {
    const before = pty.text.split('interrupted').length
    pty.write('sc.range(2).map(x => { while (x >= 0); return x }).collect()\r')
    await new Promise(resolve => setTimeout(resolve, delayMs)) // the moments are what is tried here
    pty.write('\x03')
    await pty.until(() => pty.text.split('interrupted').length > before && pty.text.endsWith('ts>'))
  }
  await enter('sc.range(3).map(x => x + 1).collect()', '[ 1, 2, 3 ]')
}, 90_000)

test('.nc is a line server in the shell', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  await enter(`.nc ${port}`, /SparkError \[PORT_BUSY\][^]*fix: use \d+/)
  free.close()
  await once(free, 'close')
  await enter(`.nc ${port}`, `listening on localhost:${port}`)
  await enter(`ssc.socketTextStream("localhost", ${port}).print()`, 'registered')
  await enter('ssc.start()')
  await enter('> typed in the shell')
  await pty.until(/^typed in the shell$/m)
  await enter('.nc', 'the line server is closed')
}, 60_000)

test('a terminal that is closed leaves no process behind; a stopped one is usable again', async () => {
  await enter('1 + 1', 'number = 2')
  const shell = Number(readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8').trim().split(' ')[0])
  process.kill(shell, 'SIGSTOP')
  process.kill(shell, 'SIGCONT')
  const alsoScript = setInterval(() => process.kill(pty.pid, 'SIGCONT'), 100) // script stops itself when its child stops
  await enter('2 + 2', 'number = 4')
  clearInterval(alsoScript)
  process.kill(shell, 'SIGHUP')
  expect(await pty.ended()).toBe(129)
  expect(() => process.kill(shell, 0)).toThrow('ESRCH')
}, 60_000)

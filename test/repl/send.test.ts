/** `.send` to a line server: to every client, as fast as they read. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import pc from 'picocolors'
import { SteppableClock } from '#src/core/steppable-clock.js'
import type { CommandHost } from '#src/repl/commands.js'
import { openLineServer } from '#src/repl/line-server.js'
import { SEND_COMMANDS } from '#src/repl/send-command.js'
import { ServedLines } from '#src/repl/served-lines.js'

const dir = mkdtempSync(join(tmpdir(), 'tspark-send-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function serving() {
  const said: string[] = []
  const served = new ServedLines(async options => openLineServer({ ...options, port: 20_000 + process.pid % 20_000 }), () => {})
  await served.serve(9999)
  const clock = new SteppableClock()
  clock.manual()
  const host = { served, look: { colors: pc.createColors(false), columns: () => 80 }, print: (text: string) => said.push(text), context: async () => ({ clock, queueStreams: [] }) } as unknown as CommandHost
  return { host, clock, said, served, send: (text: string) => SEND_COMMANDS[0]!.run(host, text) }
}

/** A client, and how much it has read once that is enough. */
async function client(port: number, enough: (text: string) => boolean): Promise<{ all: Promise<string> }> {
  const socket = connect(port, 'localhost')
  await once(socket, 'connect')
  let text = ''
  return { all: new Promise(resolve => { socket.on('data', chunk => { text += String(chunk); if (enough(text)) { socket.destroy(); resolve(text) } }) }) }
}

test('a file larger than any buffer reaches its client whole', async () => {
  const { send, served, said, host } = await serving()
  const path = join(dir, 'large.txt')
  const large = `${'word '.repeat(20)}\n`.repeat(300_000) // 30 MB: a server that did not wait would have hung up at 16
  writeFileSync(path, large)
  await send(path)
  const [feed] = [...host.served.feeds]
  const got = await (await client(served.server!.port, text => text.length >= large.length)).all
  expect(got === large).toBe(true)
  expect(await feed!.done).toBe(300_000)
  expect(said).toEqual([`· ${path}: 300000 lines sent`])
  await served.serve(undefined)
}, 60_000)

test('at a pace, until the server closes', async () => {
  const { send, served, clock, host } = await serving()
  const reading = await client(served.server!.port, text => text === 'to be\nto be\n')
  while (served.server!.clients === 0) await new Promise(setImmediate)
  await send('"to be" @2/s')
  clock.advance(1000)
  expect(await reading.all).toBe('to be\nto be\n')
  const [feed] = [...host.served.feeds]
  await served.serve(undefined)
  expect(await feed!.done).toBe(2)
})

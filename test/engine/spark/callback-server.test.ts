/** What the JVM says to us, byte by byte, and what a peer that is not the JVM gets: nothing, or the reason. */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CallbackServer } from '#src/engine/spark/callback-server.js'
import { JavaRef, Long } from '#src/engine/spark/py4j-text.js'

const SECRET = 'a secret of some length'
let server: CallbackServer
// The first object of a server.
const id = 'tspark0'
beforeAll(async () => {
  server = await CallbackServer.open(SECRET)
  expect(server.object('a.Function', {
    call: (time: number, rdds: JavaRef) => `${time} ${rdds.id}`,
    getLastFailure: () => null,
    nothing: () => {},
    later: () => new Promise<number>(resolve => { setImmediate(() => resolve(5)) }),
    bytes: (text: string) => Buffer.from(text),
    long: () => new Long(1),
    fails: () => { throw new Error('two\nlines') },
    failsLater: () => Promise.reject(new Error('later')),
  }).id).toBe(id)
})
afterAll(() => server.close())

/** Says what is given, in pieces; the lines that were answered when nothing more comes or the peer has hung up. */
async function answers(pieces: readonly string[], count: number): Promise<string[]> {
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true)
  let text = ''
  socket.on('error', () => {})
  const enough = new Promise<void>(resolve => {
    socket.on('data', data => {
      text += String(data)
      if (text.split('\n').length > count) resolve()
    }).on('close', () => resolve())
  })
  await once(socket, 'connect')
  for (const piece of pieces) await new Promise(written => { socket.write(piece, written) })
  await enough
  socket.destroy()
  return text.split('\n').slice(0, -1)
}

const hello = `A\n${SECRET}\ne\n`
const call = (method: string, ...args: string[]): string => ['c', id, method, ...args, 'e', ''].join('\n')

describe('calls', () => {
  test('the secret, then call after call on one connection, answered in order', async () => {
    expect(await answers([hello, call('call', 'L1500', 'lo7'), call('later'), call('getLastFailure')], 4)).toEqual(['!yv', '!ys1500 o7', '!yi5', '!yv'])
  })
  test('what is cut anywhere', async () => {
    expect(await answers([...`${hello}${call('call', 'L1', 'lo1')}`], 2)).toEqual(['!yv', '!ys1 o1'])
  })
  test.each([
    ['nothing', call('nothing'), '!yv'],
    ['bytes', call('bytes', 'sa\\nb'), '!yjYQpi'],
    ['a long', call('long'), '!yL1'],
    ['a method that throws', call('fails'), '!xstwo\\nlines'],
    ['a method that rejects', call('failsLater'), '!xslater'],
  ])('%s', async (_, command, answer) => { expect(await answers([hello, command], 2)).toEqual(['!yv', answer]) })
})

describe('what is refused', () => {
  const STRANGERS: [string, string][] = [
    ['a wrong secret', 'A\nwrong\ne\n'],
    ['a secret that begins as ours', `A\n${SECRET.slice(0, -1)}\ne\n`],
    ['no secret', call('nothing')],
    ['more than a secret', `A\n${SECRET}\nmore\ne\n`],
    ['an empty line', '\ne\n'],
    ['nothing but an end', 'e\n'],
    ['no text', '\u0000\u0001\ne\n'],
    ['no end', 'x'.repeat(1024 * 1024 + 1)],
  ]
  test.each(STRANGERS)('%s: it is hung up on, without a word', async (_, text) => { expect(await answers([text], 1)).toEqual([]) })

  const NONSENSE: [string, string, RegExp][] = [
    ['an object that is not there', 'c\nother\ncall\ne\n', /^!xsthere is no object other$/],
    ['a method that is not there', call('other'), /^!xstspark\d+ has no method other$/],
    ['a method of every object', call('toString'), /has no method toString/],
    ['a prototype', call('__proto__'), /has no method __proto__/],
    ['a value of no kind', call('call', '?x'), /^!xsan answer of the JVM that is unknown: \?x$/],
    ['a kind of command that is unknown', 'q\nx\ny\ne\n', /^!xsnot a command: q$/],
    ['half a command', 'c\ne\n', /^!xsnot a command: c$/],
    ['an empty command', 'e\n', /^!xsnot a command/],
  ]
  test.each(NONSENSE)('%s: the reason, and the next call is answered', async (_, command, reason) => {
    expect(await answers([hello, command, call('nothing')], 3)).toEqual(['!yv', expect.stringMatching(reason), '!yv'])
  })
})

test('what the JVM has forgotten is forgotten', async () => {
  const before = server.size
  const other = server.object('a.Other', { call: () => 1 })
  expect(server.size).toBe(before + 1)
  expect(await answers([hello, `g\n${other.id}\ne\n`, `g\nnever\ne\n`, `c\n${other.id}\ncall\ne\n`], 4)).toEqual(['!yv', '!yv', '!yv', `!xsthere is no object ${other.id}`])
  expect(server.size).toBe(before)
})

test('a peer that goes in the middle of a call harms nobody; closing hangs up', async () => {
  const own = await CallbackServer.open(SECRET)
  let asked = (): void => {}
  const isAsked = new Promise<void>(resolve => { asked = resolve })
  const waits = own.object('a.Waits', { call: () => { asked(); return new Promise<null>(() => {}) } })
  const open = async (): Promise<Socket> => {
    const socket = connect(own.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {}).write(`${hello}c\n${waits.id}\ncall\ne\n`)
    return socket
  }
  const first = await open()
  await isAsked
  first.destroy()
  const second = await open()
  const closed = new Promise<void>(resolve => { second.resume().once('close', () => resolve()) })
  own.close()
  await closed
  expect(second.destroyed).toBe(true)
})

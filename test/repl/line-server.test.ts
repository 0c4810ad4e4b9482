/** `.nc`: what is typed reaches every client. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openLineServer, type LineServer } from '#src/repl/line-server.js'

const open: (() => Promise<unknown> | void)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

async function server() {
  const notes: string[] = []
  let heard = (): void => {}
  const opened: LineServer = await openLineServer({ port: 0, onNote: note => { notes.push(note); heard() } })
  open.push(() => opened.close())
  const noted = async (count: number): Promise<void> => { while (notes.length < count) await new Promise<void>(resolve => { heard = resolve }) }
  return { server: opened, notes, noted }
}

/** A client that gathers what it is sent. */
function client(port: number) {
  const socket: Socket = connect(port, 'localhost')
  let text = ''
  let heard = (): void => {}
  socket.on('data', data => { text += data; heard() })
  open.push(() => { socket.destroy() })
  const got = async (enough: string): Promise<string> => {
    while (!text.endsWith(enough)) await new Promise<void>(resolve => { heard = resolve })
    return text
  }
  return { socket, got }
}

test('every client gets every line; those who come and go are said', async () => {
  const { server: s, notes, noted } = await server()
  const [a, b] = [client(s.port), client(s.port)]
  await noted(2)
  s.send('hello world')
  s.send('naïve 漢字 👩‍👩‍👧\n')
  for (const { got } of [a, b]) expect(await got('👧\n')).toBe('hello world\nnaïve 漢字 👩‍👩‍👧\n')
  a.socket.destroy()
  await noted(3)
  expect(notes).toEqual(['a client has connected (1 client now)', 'a client has connected (2 clients now)', 'a client has left (1 client now)'])
  expect(s.clients).toBe(1)
})

test('lines before the first client wait for it, the newest megabyte of them', async () => {
  const { server: s, noted } = await server()
  s.send('first')
  for (let i = 0; i < 2000; i++) s.send(`${i} ${'x'.repeat(1000)}`)
  s.send('last')
  const text = await client(s.port).got('last\n')
  await noted(1)
  expect(text.length).toBeLessThanOrEqual(1024 * 1024)
  expect(text.length).toBeGreaterThan(1000 * 1000)
  expect(text.startsWith('first')).toBe(false)
})

test('a busy port names the next free one', async () => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  open.push(() => new Promise<void>(resolve => { busy.close(() => resolve()) }))
  const { port } = busy.address() as { port: number }
  const failure = await openLineServer({ port }).then(() => undefined, (error: unknown) => error as Error & { code: string; fix: string })
  expect(failure).toMatchObject({ code: 'PORT_BUSY', message: `port ${port} is busy: another program listens there` })
  const free = Number(/^use (\d+), which is free: \.nc \1$/.exec(failure!.fix)?.[1])
  expect(free).toBeGreaterThan(port)
  const second = await openLineServer({ port: free })
  expect(second.port).toBe(free)
  await second.close()
})

test('close() hangs up on everybody and frees the port', async () => {
  const { server: s, noted } = await server()
  const { socket } = client(s.port)
  await noted(1)
  const ended = once(socket, 'close')
  await s.close()
  await ended
  const again = await openLineServer({ port: s.port })
  await again.close()
})

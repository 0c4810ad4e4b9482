/** Py4J's text, byte for byte as the JVM reads and writes it, and how a connection ends. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { JavaError, Py4jClient } from '#src/engine/spark/py4j-client.js'
import { answerProblem, answerWith, construction, decode, Double, elementOf, encode, JavaRef, Long, methodCall, Proxy, readAnswer, releaseOf, textOfException } from '#src/engine/spark/py4j-text.js'

const ENCODED: [string, Parameters<typeof encode>[0], string][] = [
  ['nothing', null, 'n'],
  ['true', true, 'bTrue'],
  ['an int', -7, 'i-7'],
  ['more than an int', 2 ** 31, 'L2147483648'],
  ['a fraction', 0.5, 'd0.5'],
  ['a whole double', new Double(1), 'd1'],
  ['a small long', new Long(1), 'L1'],
  ['a bigint', 2n ** 60n, 'L1152921504606846976'],
  ['a text of several lines', 'a\\b\nc\rd', 'sa\\\\b\\nc\\rd'],
  ['bytes', new Uint8Array([0, 255]), 'jAP8='],
  ['an object', new JavaRef('o12'), 'ro12'],
  ['a callback', new Proxy('p3', ['a.B', 'c.D']), 'fp3;a.B;c.D'],
]

describe('text', () => {
  test.each(ENCODED)('%s', (_, value, text) => { expect(encode(value)).toBe(text) })

  test.each<[string, unknown]>([['v', null], ['n', null], ['btrue', true], ['bfalse', false], ['i5', 5], ['L9007199254740993', 9007199254740993n], ['L5', 5], ['d0.5', 0.5], ['sa\\nb\\\\', 'a\nb\\'], ['jAP8=', Buffer.from([0, 255])], ['ro1', new JavaRef('o1')], ['lo2', new JavaRef('o2')]])('an answer %s', (text, value) => {
    expect(decode(text)).toEqual(value)
  })

  test('what was escaped comes back', () => {
    for (const text of ['', '\\n', '\\\n', '\r\n\\r', 'é💡\u2028']) expect(decode(encode(text))).toBe(text)
  })

  test('commands', () => {
    expect(methodCall('o1', 'set', ['a', 1])).toBe('c\no1\nset\nsa\ni1\ne\n')
    expect(construction('java.util.ArrayList', [])).toBe('i\njava.util.ArrayList\ne\n')
    expect(elementOf(new JavaRef('o4'), 1)).toBe('a\ng\no4\ni1\ne\n')
    expect(releaseOf(new JavaRef('o4'))).toBe('m\nd\no4\ne\n')
    expect(textOfException(new JavaRef('o9'))).toBe('p\nro9\ne\n')
    expect([answerWith(null), answerWith('x'), answerProblem('a\nb')]).toEqual(['!yv\n', '!ysx\n', '!xsa\\nb\n'])
  })

  test.each([['!yi5', { value: 5 }], ['!xro7', { exception: new JavaRef('o7') }], ['!xsno such\\nmethod', { problem: 'no such\nmethod' }], ['!x', { problem: 'no reason given' }]])('answer %s', (line, answer) => {
    expect(readAnswer(line)).toEqual(answer)
  })
})

/** A peer that answers each command by `answer`; what it heard, and how many connections there were. */
async function peer(answer: (command: string, socket: Socket) => string | undefined) {
  const heard: string[] = []
  let connections = 0
  const server = createServer(socket => {
    connections++
    let text = ''
    let known = false
    socket.on('error', () => {})
    socket.on('data', data => {
      text += String(data)
      if (!known && /^A\n.*\n/.test(text)) {
        known = true
        const secret = text.split('\n')[1]!
        text = text.slice(secret.length + 3)
        socket.write(secret === 'right' ? '!yv\n' : '!xsAuthentication error\n')
      }
      for (let end = text.indexOf('\ne\n'); end >= 0; end = text.indexOf('\ne\n')) {
        const command = text.slice(0, end)
        text = text.slice(end + 3)
        heard.push(command)
        const line = answer(command, socket)
        if (line !== undefined) socket.write(`${line}\n`)
      }
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return { port: (server.address() as AddressInfo).port, heard, connections: () => connections, close: () => server.close() }
}

describe('a client', () => {
  test('an exception of the JVM is its stack trace, and is released', async () => {
    const jvm = await peer(command => command.startsWith('p') ? '!ysjava.lang.Error: no\\n\tat x' : command.startsWith('m') ? '!yv' : '!xro3')
    const client = new Py4jClient({ port: jvm.port, secret: 'right' })
    await expect(client.statically('a.B', 'run')).rejects.toThrow(new JavaError('java.lang.Error: no\n\tat x'))
    await expect.poll(() => jvm.heard).toContain('m\nd\no3')
    client.close()
    jvm.close()
  })

  test('a wrong secret is refused, whatever the call', async () => {
    const jvm = await peer(() => '!yv')
    const client = new Py4jClient({ port: jvm.port, secret: 'wrong' })
    await expect(client.statically('a.B', 'run')).rejects.toMatchObject({ code: 'SPARK_GATEWAY_REFUSED' })
    expect(jvm.heard).toEqual([])
    jvm.close()
  })

  test('nobody there, and a connection that breaks in the middle of a call', async () => {
    const jvm = await peer((_, socket) => { socket.destroy(); return undefined })
    const client = new Py4jClient({ port: jvm.port, secret: 'right' })
    await expect(client.statically('a.B', 'run')).rejects.toMatchObject({ code: 'SPARK_LOST' })
    jvm.close()
    await expect(new Py4jClient({ port: jvm.port, secret: 'right' }).statically('a.B', 'run')).rejects.toMatchObject({ code: 'SPARK_GATEWAY_REFUSED' })
  })

  test('500 calls at once use a few connections', async () => {
    const jvm = await peer(() => '!yi1')
    const client = new Py4jClient({ port: jvm.port, secret: 'right' })
    expect(await Promise.all(Array.from({ length: 500 }, () => client.statically('a.B', 'one')))).toEqual(Array.from({ length: 500 }, () => 1))
    expect(jvm.connections()).toBeLessThanOrEqual(16)
    client.close()
    jvm.close()
  })

  test('a session is one connection, and what came in a scope is released but for what is kept', async () => {
    let next = 0
    const jvm = await peer(command => command.startsWith('m') ? '!yv' : `!yro${next++}`)
    const client = new Py4jClient({ port: jvm.port, secret: 'right' })
    const kept = await client.session(session => session.scoped(async calls => {
      await calls.make('a.B')
      return calls.keep(await calls.make('a.C'))
    }))
    expect(kept).toEqual(new JavaRef('o1'))
    await expect.poll(() => jvm.heard).toEqual(['i\na.B', 'i\na.C', 'm\nd\no0'])
    expect(jvm.connections()).toBe(1)
    client.close()
    jvm.close()
  })
})

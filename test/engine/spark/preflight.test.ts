/** What is found out before a JVM is started; masters are sockets that say what real ones have said (Spark 3.5.7 and 4.3.0). */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { checkMaster } from '#src/engine/spark/preflight/master.js'
import { checkMemory } from '#src/engine/spark/preflight/memory.js'
import { checkPorts } from '#src/engine/spark/preflight/ports.js'
import { preflight } from '#src/engine/spark/preflight/preflight.js'
import { checkWorker } from '#src/engine/spark/preflight/worker.js'
import { fakeSpark } from '../../support/fake-spark.ts'

const servers: Server[] = []
afterEach(() => { for (const server of servers.splice(0)) server.close() })

async function listening(serve: (socket: Socket) => void = () => {}): Promise<number> {
  const server = createServer(socket => { socket.on('error', () => {}); serve(socket) })
  servers.push(server)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'fine', (error: { code: string; message: string }) => `${error.code}: ${error.message.replace(/127\.0\.0\.1:\d+/g, 'host:7077')}`)

describe('a master', () => {
  const [RESPONSE, FAILURE] = [4, 5]
  const CHALLENGE = 'realm="default",nonce="5wPouoGhVgqBaQlIHBn8ilBuLMwmGE1ZcRo6lHIx",qop="auth-conf,auth",charset=utf-8,algorithm=md5-sess'
  const EXPECTED = 'java.lang.IllegalStateException: Expected SaslMessage, received something else (maybe your client does not have SASL enabled?)'
  const NO_SASL = 'java.io.EOFException\n\tat org.apache.spark.rpc.netty.RequestMessage$.readRpcAddress(NettyRpcEnv.scala:628)'
  const MISMATCH = 'java.lang.RuntimeException: javax.security.sasl.SaslException: DIGEST-MD5: digest response format violation. Mismatched response.'

  const frame = (type: number, text: string): Buffer => {
    const head = Buffer.alloc(21)
    head.writeBigInt64BE(BigInt(21 + text.length))
    head[8] = type
    return Buffer.concat([head, Buffer.from(text)])
  }
  /** An answer to each message, in pieces. */
  const saying = (answers: readonly Buffer[]) => (socket: Socket): void => {
    let next = 0
    socket.on('data', () => {
      const answer = answers[next++]
      if (!answer) return socket.destroy()
      for (let at = 0; at < answer.length; at += 7) socket.write(answer.subarray(at, at + 7))
    })
  }
  const refused = (why: string): string => `MASTER_REFUSED: the Spark master at spark://host:7077 does not take us: ${why}`
  const ONE_ASKS = refused('one of us asks for a secret, and the other has none: spark.authenticate')

  test.each<[string, string | undefined, Buffer[], string]>([
    ['that takes everybody', undefined, [frame(FAILURE, 'org.apache.spark.SparkException: Could not find tspark.')], 'fine'],
    ['that asks for a secret', undefined, [frame(FAILURE, EXPECTED)], ONE_ASKS],
    ['that has no secret', 'one', [frame(FAILURE, NO_SASL)], ONE_ASKS],
    ['that has another secret', 'one', [frame(RESPONSE, CHALLENGE), frame(FAILURE, MISMATCH)], refused('its spark.authenticate.secret is another')],
    ['that has the same', 'one', [frame(RESPONSE, CHALLENGE), frame(RESPONSE, 'rspauth=2cc55f8fffdc66cac0f7c89f331727fd')], 'fine'],
    ['that is a page', undefined, [Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')], refused('something answers there that is no Spark master')],
    ['that says something else', 'one', [frame(9, 'what?')], 'fine'],
    ['that hangs up', 'one', [], 'fine'],
  ])('%s', async (_, secret, answers, expected) => {
    const settings = secret === undefined ? [] : [['spark.authenticate', 'true'], ['spark.authenticate.secret', secret]] as const
    expect(await codeOf(checkMaster(`spark://127.0.0.1:${await listening(saying(answers))}`, new Map(settings)))).toBe(expected)
  })

  test('a challenge is answered as RFC 2831 has it', async () => {
    const heard: string[] = []
    const answers = saying([frame(RESPONSE, CHALLENGE)])
    const port = await listening(socket => { socket.on('data', data => { heard.push(String(data)) }); answers(socket) })
    await checkMaster(`spark://127.0.0.1:${port}`, new Map([['spark.authenticate', 'true'], ['spark.authenticate.secret', 'one']]))
    expect(heard[1]).toMatch(/charset=utf-8,username="c3BhcmtTYXNsVXNlcg==",realm="default",nonce="5wPou[^"]+",nc=00000001,cnonce="[^"]{24}",digest-uri="null\/default",maxbuf=65536,response=[0-9a-f]{32},qop=auth$/)
    expect(heard.join()).not.toContain('b25l') // the secret in base64
  })

  test('a master that takes its time is heard beside the JVM', async () => {
    const port = await listening(socket => { socket.once('data', () => { setTimeout(() => socket.write(frame(FAILURE, EXPECTED)), 1700) }) })
    const late = await new Promise<{ code: string }>((resolve, reject) => { checkMaster(`spark://127.0.0.1:${port}`, new Map(), resolve).catch(reject) })
    expect(late.code).toBe('MASTER_REFUSED')
  })

  test('one of two is enough; a place that is none', async () => {
    const port = await listening(saying([frame(FAILURE, 'Could not find tspark.')]))
    expect(await codeOf(checkMaster(`spark://127.0.0.1:99999,127.0.0.1:${port}`, new Map()))).toBe('fine')
    expect(await codeOf(checkMaster('spark://somewhere', new Map()))).toBe('MASTER_UNREACHABLE: no Spark master answers at spark://somewhere: it is not host:port')
  })

  test('a secret is asked for that nobody has', async () => {
    expect(await codeOf(checkMaster('spark://127.0.0.1:1', new Map([['spark.authenticate', 'true']])))).toMatch(/^CONF_INVALID: spark.authenticate.secret is "", /)
  })
})

describe('ports', () => {
  const found = (settings: Record<string, string>): Promise<string> => codeOf(checkPorts(new Map(Object.entries(settings)), 'local[2]'))
  test('that are taken', async () => {
    const port = String(await listening())
    const none = { 'spark.port.maxRetries': '0' }
    expect(await found({ 'spark.driver.port': port, ...none })).toBe(`SPARK_PORT_TAKEN: Spark cannot listen for sparkDriver: port ${port} is taken`)
    expect(await found({ 'spark.blockManager.port': port, ...none })).toMatch(/^SPARK_PORT_TAKEN/)
    expect(await found({ 'spark.ui.port': port, 'spark.ui.enabled': 'true', ...none })).toMatch(/^SPARK_PORT_TAKEN/)
    expect(await found({ 'spark.ui.port': port, ...none })).toBe('fine')
    expect(await found({ 'spark.driver.port': port })).toBe('fine') // one of the next sixteen
  })
  test.each([['80', /^CONF_INVALID: spark.driver.port is "80"/], ['65536', /^CONF_INVALID/], ['x', /^CONF_INVALID/], ['0', /^fine$/]])('%s', async (port, expected) => {
    expect(await found({ 'spark.driver.port': port })).toMatch(expected)
  })
})

test.each<[string, Record<string, string>, boolean]>([
  ['100m', { 'spark.driver.memory': '100m' }, true],
  ['a bare number, which Java takes for bytes', { 'spark.driver.memory': '512' }, true],
  ['1.5g, which Java does not read', { 'spark.driver.memory': '1.5g' }, true],
  ['an executor with too little', { 'spark.executor.memory': '449m' }, true],
  ['450m', { 'spark.driver.memory': '450m', 'spark.executor.memory': '1g' }, false],
  ['a limit that tests move', { 'spark.driver.memory': '100m', 'spark.testing.reservedMemory': '1' }, false],
])('memory: %s', (_, settings, isRefused) => {
  const check = (): void => checkMemory(new Map(Object.entries(settings)), {})
  if (isRefused) expect(check).toThrow(expect.objectContaining({ code: 'CONF_INVALID' }) as Error)
  else expect(check).not.toThrow()
})

test('a worker of this machine: its file, and a node', async () => {
  const here = { master: 'local[2]', ship: 'none', worker: process.execPath } as const
  expect(await codeOf(checkWorker(here))).toBe('fine')
  expect(await codeOf(checkWorker({ ...here, worker: '/nowhere/w.cjs' }))).toBe('WORKER_NOT_STARTED: an executor cannot start /nowhere/w.cjs: No such file or directory')
  expect(await codeOf(checkWorker({ ...here, master: 'spark://h:7077', worker: '/nowhere/w.cjs' }))).toBe('fine')
  expect(await codeOf(checkWorker(here, '/nowhere/nodejs', { PATH: '/nowhere' }))).toMatch(/^WORKER_NODE: /)
})

describe('what Spark would read', () => {
  const fake = fakeSpark()
  const directory = mkdtempSync(join(tmpdir(), 'tspark-preflight-'))
  const before = process.env.JAVA_HOME
  process.env.JAVA_HOME = fake.javaHome
  afterAll(() => {
    if (before === undefined) delete process.env.JAVA_HOME
    else process.env.JAVA_HOME = before
    fake.remove()
    rmSync(directory, { recursive: true })
  })
  test('its own properties file is heard, and settings go before it', async () => {
    mkdirSync(join(fake.home, 'conf'), { recursive: true })
    writeFileSync(join(fake.home, 'conf', 'spark-defaults.conf'), 'spark.driver.memory 1m\n')
    const opening = { master: 'local[2]', sparkHome: fake.home, ship: 'none', worker: process.execPath, version: '1', workerHeapMb: 0 } as const
    expect(await codeOf(preflight({ ...opening, conf: [] }))).toMatch(/^CONF_INVALID: spark.driver.memory is "1m"/)
    expect(await codeOf(preflight({ ...opening, conf: [['spark.driver.memory', '1g']] }))).toBe('fine')
  })
})

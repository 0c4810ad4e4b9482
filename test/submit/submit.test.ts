/** Programs under tspark-submit, as processes: what they print, and the code they end with. */
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { program, ROOT, runSubmit } from '../support/programs.js'

interface Row { readonly name: string; readonly flags?: readonly string[]; readonly text: string; readonly args?: readonly string[]; readonly code: number; readonly stdout?: string; readonly stderr?: RegExp }

const CLASSES = `
  export const Text = { main(args: string[]) { console.log('main', args.join(), this === Text) } }
  export function plain(args: string[]) { console.log('plain', args.join()) }
  export class Static { static async main(args: string[]) { await null; console.log('static', args.join()) } }
  export class Empty {}
  export default { Inner: { main: () => console.log('inner') } }`

const EXPECTING = (text: string): string => `
  import { expect, Seconds, StreamingContext } from 'tspark'
  const ssc = new StreamingContext('local[1]', Seconds(1))
  ssc.clock.manual()
  const counts = ssc.queueStream<string>([['to'], ['be', 'be']]).map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.foreachRDD(() => {})
  ${text}
  ssc.start()
  await ssc.tick(2)
  await ssc.stop()`

const ROWS: readonly Row[] = [
  { name: 'arguments are in process.argv', text: `console.log(process.argv.slice(2).join('|'))`, args: ['a', '--b', 'c d'], code: 0, stdout: 'a|--b|c d\n' },
  { name: 'top-level await', text: `await new Promise(resolve => setImmediate(resolve)); console.log('after')`, code: 0, stdout: 'after\n' },
  { name: 'an object with main', flags: ['--class', 'Text'], text: CLASSES, args: ['1', '2'], code: 0, stdout: 'main 1,2 true\n' },
  { name: 'a function', flags: ['--class', 'plain'], text: CLASSES, args: ['1'], code: 0, stdout: 'plain 1\n' },
  { name: 'a class with a static main', flags: ['--class', 'Static'], text: CLASSES, args: ['1'], code: 0, stdout: 'static 1\n' },
  { name: 'a qualified name', flags: ['--class', 'org.example.Static'], text: CLASSES, code: 0, stdout: 'static \n' },
  { name: 'a member of the default export', flags: ['--class', 'Inner'], text: CLASSES, code: 0, stdout: 'inner\n' },
  { name: 'a class that is not there', flags: ['--class', 'Nowhere'], text: CLASSES, code: 101, stdout: '', stderr: /^Error: Failed to load class Nowhere\. The program exports Empty, Static, Text, default, plain\.$/m },
  { name: 'a class without main', flags: ['--class', 'Empty'], text: CLASSES, code: 101, stderr: /Failed to load class Empty\. It has no main\(args\)/ },
  { name: 'its own exit code', text: `console.log('before'); process.exit(3)`, code: 3, stdout: 'before\n' },
  { name: 'process.exitCode', text: `process.exitCode = 4`, code: 4 },
  { name: 'an error', text: `interface A { a: number }\n\n\nconst fail = (): A => {\n  throw new RangeError('boom')\n}\nfail()`, code: 1, stderr: /^RangeError: boom\n {4}at fail \(.*prog\.ts:5:9\)/ },
  { name: 'an error in main', flags: ['--class', 'main'], text: `export async function main(): Promise<void> { await null; throw new Error('late') }`, code: 1, stderr: /^Error: late/ },
  { name: 'a rejection that nobody awaits', text: `void Promise.reject(new Error('lost')); setInterval(() => {}, 1000)`, code: 1, stderr: /^Error: lost/ },
  { name: 'something odd thrown, its controls escaped', text: `throw '\\u001b[2Jodd'`, code: 1, stderr: /^Uncaught \\x1b\[2Jodd$/m },
  { name: 'a type error: nothing runs', text: `console.log('ran')\nconst n: number = 'text'\nexport default n`, code: 1, stdout: '', stderr: /prog\.ts:2:7 - error TS2322: Type 'string' is not assignable to type 'number'\.\n\n2 const n: number = 'text'\n +~\n\n1 error: the program was not started\./ },
  { name: 'a syntax error', text: `const = 3`, code: 1, stdout: '', stderr: /prog\.ts:1:7 - error TS1134/ },
  { name: 'the types of the api are checked', text: `import { SparkContext } from 'tspark'\nSparkContext.getOrCreate().parallelize(['a']).map(w => w.length).reduceByKey((a, b) => a)`, code: 1, stdout: '', stderr: /prog\.ts:2:1 - error TS2684/ },
  { name: 'a bad master', flags: ['--master', 'bogus'], text: `console.log('ran')`, code: 1, stdout: '', stderr: /^Error: Could not parse Master URL: 'bogus'/ },
  { name: 'a bad master in the code', text: `import { SparkContext } from 'tspark'\nnew SparkContext('bogus')`, code: 1, stderr: /^SparkError \[MASTER_INVALID\]: Could not parse Master URL: 'bogus'/ },
  { name: 'an unknown option', flags: ['--bogus'], text: '', code: 1, stderr: /^Error: Unrecognized option: --bogus\n$/ },
  { name: '--verbose says what was understood, secrets apart', flags: ['-v', '--conf', 'spark.x.password=abc', '--queue', 'q'], text: '', code: 0, stderr: /^Parsed arguments:\n.*prog\.ts\n[^]*spark\.x\.password=\*+\(redacted\)[^]*--queue has no meaning/ },
  {
    name: 'code goes before flags, flags before the file', flags: ['--conf', 'spark.b=flag', '--conf', 'spark.c=flag', '--properties-file', 'PROPERTIES', '--master', 'local[3]', '--name', 'flags'],
    text: `import { SparkConf, SparkContext } from 'tspark'
      const sc = SparkContext.getOrCreate(new SparkConf().set('spark.c', 'code'))
      console.log(['spark.a', 'spark.b', 'spark.c'].map(key => sc.getConf().get(key, 'none')).join(), sc.master, sc.appName, sc.defaultParallelism)`,
    code: 0, stdout: 'file,flag,code local[3] flags 3\n',
  },
  { name: 'what is expected and comes', text: EXPECTING(`expect(counts).at(2000).toEqual([['be', 2]])`), code: 0, stderr: /^✓ reduceByKey at 2000 ms: as expected\n$/ },
  { name: 'what is expected and is not so, or never comes', text: EXPECTING(`expect(counts).at(2000).toEqual([['be', 1]]); expect(counts).at(9000).toEqual([])`), code: 1, stderr: /^✗ reduceByKey at 2000 ms: not as expected at .*prog\.ts:\d+\n  - expected \[ 'be', 1 \]\n  \+ came     \[ 'be', 2 \]\n✗ reduceByKey at 9000 ms: .*\n  the stream ended before that batch\nSparkError \[EXPECTATION_FAILED\]: 2 of 2 expectations are not met: reduceByKey at 2000 ms, reduceByKey at 9000 ms\n/ },
  { name: 'tspark/testing is there too', text: `import { runBatches } from 'tspark/testing'\nconsole.log(typeof runBatches)`, code: 0, stdout: 'function\n' },
  { name: 'Node modules and their types', text: `import { basename } from 'node:path'\nconsole.log(basename('/a/b'), Buffer.from('x').toString('hex'))`, code: 0, stdout: 'b 78\n' },
  { name: 'the app is named for its file when nothing else names it', text: `import { SparkContext } from 'tspark'\nconsole.log(SparkContext.getOrCreate().appName)`, code: 0, stdout: 'prog.ts\n' },
]

describe('a program', () => {
  test.each(ROWS)('$name: exit $code', async ({ flags = [], text, args = [], code, stdout, stderr }) => {
    const dir = program({ 'prog.ts': text, 'spark.conf': 'spark.a file\nspark.b file\nspark.c file\n' })
    const ended = await runSubmit([...flags.map(flag => flag === 'PROPERTIES' ? join(dir, 'spark.conf') : flag), join(dir, 'prog.ts'), ...args], { cwd: dir })
    expect(ended).toEqual({ code, stdout: stdout ?? expect.anything(), stderr: stderr ? expect.stringMatching(stderr) : code === 0 ? '' : expect.anything() })
  })

  test('that is missing: exit 2; no arguments: usage and exit 255; --help and --version: exit 0', async () => {
    const [missing, none, help, version] = await Promise.all([['nowhere.ts'], [], ['--help'], ['--version']].map(argv => runSubmit(argv)))
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Error: can't open file '.*nowhere\.ts'/) })
    expect(none).toMatchObject({ code: 255, stderr: expect.stringMatching(/^Usage: tspark-submit/) })
    expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: tspark-submit/) })
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tspark \d+\.\d+\.\d+/) })
  })

  test('is refused in the language of LANG, an imported file included', async () => {
    const dir = program({ 'prog.ts': `import { n } from './other'\nconsole.log(n)`, 'other.ts': `export const n: number = 'text'` })
    const ended = await runSubmit(['prog.ts'], { cwd: dir, env: { LANG: 'zh_CN.UTF-8', LC_ALL: '' } })
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`other.ts:1:14 - error TS2322: 不能将类型“string”分配给类型“number”`) })
  })

  test('brings its own files and packages to the executors', async () => {
    const dir = program({
      'prog.ts': `
        import { SparkContext } from 'tspark'
        import { norm } from './text/norm.js'
        import { shout } from 'shout'
        const suffix = '!'
        const words = SparkContext.getOrCreate().parallelize(['To', 'Be'], 2).map(word => shout(norm(word)) + suffix)
        console.log((await words.collect()).join())`,
      'text/norm.ts': `import { trim } from './trim'\nlet calls: number = 0\nexport function norm(word: string): string { calls++; return trim(word).toLowerCase() }`,
      'text/trim.ts': `export const trim = (word: string): string => word.trim()`,
      'node_modules/shout/package.json': '{ "name": "shout", "main": "i.js", "types": "i.d.ts" }',
      'node_modules/shout/i.js': `const suffix = '?'\nexports.shout = word => word + suffix`,
      'node_modules/shout/i.d.ts': 'export declare const shout: (word: string) => string',
    })
    expect(await runSubmit(['--master', 'local[2]', 'prog.ts'], { cwd: dir })).toEqual({ code: 0, stdout: 'to?!,be?!\n', stderr: '' })
  })

  test('whose functions write in executors is heard on the stream they wrote to', async () => {
    const dir = program({ 'prog.ts': `
      import { SparkContext } from 'tspark'
      await SparkContext.getOrCreate().parallelize(['a'], 1).foreach(word => { console.log('out', word); console.error('err', word) })` })
    expect(await runSubmit([join(dir, 'prog.ts')], { cwd: dir })).toEqual({ code: 0, stdout: 'out a\n', stderr: 'err a\n' })
  })

  test('whose function fails in an executor shows the user\'s own line', async () => {
    const dir = program({ 'prog.ts': `
interface Word { text: string }

import { SparkContext } from 'tspark'
const words = SparkContext.getOrCreate().parallelize(['a', 'b'], 1).map((text): Word => {
  if (text === 'b') throw new Error('no b')
  return { text }
})
await words.collect()` })
    const { code, stderr } = await runSubmit([join(dir, 'prog.ts')], { cwd: dir })
    expect(stderr).toContain(`in map at ${join(dir, 'prog.ts')}:5\n  ${join(dir, 'prog.ts')}:6:27\n      if (text === 'b') throw new Error('no b')\n${' '.repeat(30)}^\n  record: b\n`)
    expect(code).toBe(1)
  })
})

describe('a stream', () => {
  const STREAM = `
    import { Milliseconds, SparkContext, StreamingContext } from 'tspark'
    const ssc = new StreamingContext(SparkContext.getOrCreate(), Milliseconds(100))
    const queue = [['a'], ['b']]`

  test('that is left running keeps the program, until it is stopped', async () => {
    const dir = program({ 'prog.ts': `${STREAM}
      ssc.queueStream(queue).foreachRDD(async rdd => { for (const row of await rdd.collect()) { console.log(row); if (row === 'b') void ssc.stop() } })
      ssc.start()
      console.log('module ends')` })
    expect(await runSubmit([join(dir, 'prog.ts')], { cwd: dir })).toEqual({ code: 0, stdout: 'module ends\na\nb\n', stderr: '' })
  })

  test('ends with its inputs when they are read --once: files, a queue, a socket that its server closes', async () => {
    const server = createServer(socket => { socket.on('error', () => {}).end('to be\nor not') })
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const dir = program({
      'in/a.txt': 'one\ntwo\n',
      'prog.ts': `${STREAM}
        const inputs = [ssc.queueStream(queue), ssc.textFileStream('in'), ssc.socketTextStream('127.0.0.1', ${port})]
        ssc.union(inputs).foreachRDD(async rdd => { for (const row of await rdd.collect()) console.log(row) })
        ssc.start()`,
    })
    const { code, stdout, stderr } = await runSubmit(['--once', 'prog.ts'], { cwd: dir })
    server.close()
    expect({ code, rows: stdout.split('\n').sort() }).toEqual({ code: 0, rows: ['', 'a', 'b', 'one', 'or not', 'to be', 'two'] })
    expect(stderr).toContain('all inputs have ended: the context stops')
  })

  test('whose batch fails says so once, with the line, and ends the program that waits for it', async () => {
    const dir = program({ 'prog.ts': `${STREAM}
      ssc.queueStream(queue).map(word => { if (word === 'b') throw new Error('no b'); return word }).print()
      ssc.start()
      await ssc.awaitTermination()` })
    const { code, stderr } = await runSubmit([join(dir, 'prog.ts')], { cwd: dir })
    expect(stderr).toMatch(/^batch \d+ ms failed: SparkError \[TASK_FAILED\]: map: Error: no b\n {2}in map at .*prog\.ts:5\n[^]*record: b\n[^]*\nstopped: the batch above failed\n$/)
    expect(stderr.match(/no b\n/g)).toHaveLength(1)
    expect(code).toBe(1)
  })
})

describe('docs/examples', () => {
  test('word-count-file.ts counts a file', async () => {
    const dir = program({ 'text.txt': 'to be or not to be\nto be\nto see\n' })
    const ended = await runSubmit(['--master', 'local[2]', join(ROOT, 'docs/examples/word-count-file.ts'), join(dir, 'text.txt')], { cwd: dir })
    expect(ended).toEqual({ code: 0, stdout: '4\tto\n3\tbe\n1\tor\n1\tnot\n1\tsee\n', stderr: '' })
  })

  test.each([['SIGTERM', 143], ['SIGINT', 130]] as const)('network-word-count.ts counts what comes from a socket, until %s', async (signal, code) => {
    const server = await lineServer('hello world\nhello\n')
    const { port } = server.address() as AddressInfo
    const flags = ['--master', 'local[2]', '--class', 'NetworkWordCount', '--name', 'NetworkWordCount', join(ROOT, 'docs/examples/network-word-count.ts'), 'localhost', String(port)]
    const ended = await runSubmit(flags, {
      onStart: child => {
        let seen = ''
        child.stdout.on('data', (text: string) => { if ((seen += text).includes('(hello,2)\n') && seen.includes('(world,1)\n')) child.kill(signal) })
      },
    })
    server.close()
    expect(ended.stdout).toMatch(/^-{43}\nTime: \d+ ms\n-{43}\n[^]*\(hello,2\)\n/)
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: expect.stringMatching(`^${signal}: .*\n$`) })
  })
})

/** Sends `text` to whoever connects, and stays open. */
function lineServer(text: string): Promise<Server> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    socket.write(text)
  })
  return new Promise(resolve => server.listen(0, () => resolve(server)))
}

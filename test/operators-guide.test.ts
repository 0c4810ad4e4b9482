/** The pictures of docs/operators.md are run and come out as they are drawn; with UPDATE=1 they are drawn anew. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { picturesIn, PictureRun } from './support/marbles.js'
import { program, ROOT, runSubmit } from './support/programs.js'

const FILE = join(ROOT, 'docs/operators.md')
let guide = readFileSync(FILE, 'utf8')

const OPERATORS = `map flatMap filter union count reduce countByValue reduceByKey groupByKey join leftOuterJoin rightOuterJoin fullOuterJoin cogroup
  transform transformWith window reduceByWindow countByWindow reduceByKeyAndWindow countByValueAndWindow groupByKeyAndWindow updateStateByKey mapWithState
  stateSnapshots timeout repartition mapAsync mapValues flatMapValues combineByKey glom mapPartitions print foreachRDD saveAsTextFiles`.split(/\s+/)

describe('the pictures', () => {
  const pictures = picturesIn(guide)
  const run = new PictureRun()
  afterAll(async () => {
    await run.close()
    if (process.env.UPDATE) writeFileSync(FILE, guide)
  })

  test.each(pictures)('$name', async ({ text }) => {
    const drawn = await run.draw(text)
    if (process.env.UPDATE) guide = guide.replace(text, () => drawn)
    else expect(drawn).toBe(text)
  })

  test('there is one of each operator', () => {
    const all = pictures.map(({ text }) => text).join('\n')
    expect(OPERATORS.filter(name => !all.includes(`.${name}(`))).toEqual([])
  })

  test('a wrong picture is told', async () => {
    const wrong = 'time  | 1 s  |\nwords | a, b |\n\nwords.map(word => word + word)\n      | aa   |'
    expect(await run.draw(wrong)).toBe('time  | 1 s    |\nwords | a, b   |\n\nwords.map(word => word + word)\n      | aa, bb |')
  })
})

describe('the worked example', () => {
  const [, code] = /```ts\n([^]*?)```/.exec(guide)!
  const [, text, command, printed] = /```text\n(我[^]*?)```[^]*?```sh\n[^]*?tspark-submit ([^\n]*)\n```[^]*?```text\n([^]*?)```/.exec(guide)!

  test('is docs/examples/chinese-word-count.ts', () => {
    expect(readFileSync(join(ROOT, 'docs/examples/chinese-word-count.ts'), 'utf8').replace(/^\/\*\*[^]*?\*\/\n/, '')).toBe(code)
  })

  test('prints what is said: a captured Intl.Segmenter travels to the executors', async () => {
    const dir = program({ 'poem.txt': text! })
    const args = command!.split(' ').map(word => word.replaceAll("'", '')).map(word => word.startsWith('docs/') ? join(ROOT, word) : word)
    const { stdout, ...ended } = await runSubmit(args, { cwd: dir })
    expect(ended).toEqual({ code: 0, stderr: expect.stringContaining('all inputs have ended') })
    expect(stdout.replace(/^Time: \d+ ms$/gm, 'Time: … ms').trimEnd()).toBe(printed!.trimEnd())
  })

  test('counts what comes from a socket', async () => {
    const server = createServer(client => { client.on('error', () => {}).write(text!) }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { stdout } = await runSubmit(['--master', 'local[2]', join(ROOT, 'docs/examples/chinese-word-count.ts'), '127.0.0.1', String(port)], {
      onStart: child => {
        let seen = ''
        child.stdout.on('data', (chunk: string) => { if (/^\(我们,1\)$/m.test(seen += chunk)) child.kill('SIGTERM') })
      },
    })
    server.close()
    expect(stdout).toContain('(喜欢,')
  })
})

/** The documentation is run: every example of a docstring, the README's session, the guide, and what --help says. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import pc from 'picocolors'
import { afterAll, describe, expect, test } from 'vitest'
import { banner } from '#src/repl/banner.js'
import { helpText as commandHelp } from '#src/repl/commands.js'
import { helpText as shellHelp } from '#src/repl/options.js'
import { usage } from '#src/submit/flags.js'
import { runTranscriptText } from '#src/testing/transcript.js'
import { documented } from './support/doc-examples.js'
import { ExampleRun } from './support/example-run.js'
import { program, ROOT, runSubmit } from './support/programs.js'
import { transcriptDriver } from './support/transcript-driver.js'

/** What only a receiver that runs may call: the example of its class has them. */
const INSIDE_ONLY = /^Receiver\./

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

describe('docstrings', () => {
  const names = documented()
  const run = new ExampleRun()
  afterAll(() => run.close())

  test('every public name has one', () => {
    expect(names.filter(({ text }) => !text).map(({ name }) => name)).toEqual([])
  })

  test('every class and public method has an example that runs', () => {
    expect(names.filter(({ kind, isAbstract, examples }) => (kind === 'class' || kind === 'function') && !(isAbstract && kind === 'function') && examples.length === 0).map(({ name }) => name).filter(name => !INSIDE_ONLY.test(name))).toEqual([])
  })

  test.each(names.filter(({ examples }) => examples.length > 0))('$name', async ({ examples }) => {
    for (const example of new Set(examples)) expect((await run.run(example)).join('\n')).toBe('')
  })
})

describe('README.md', () => {
  const session = /\$ npm start -- --master 'local\[2\]'\n([^]*?)```/.exec(read('README.md'))![1]!
  const [head, typed] = [session.slice(0, session.indexOf('ts> ')), session.slice(session.indexOf('ts> '))]

  test('shows the banner', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string }
    expect(head).toBe(`${banner({ version, master: 'local[2]', batchMs: 1000 }, { colors: pc.createColors(false), columns: () => 80 })}\n`)
  })

  test('shows what comes of what is typed, times aside', async () => {
    const started = typed.replaceAll('ts> ', '> ').replace('> ssc.start()\n', '$&nc  hello world hello\ntick 1s\n')
    const { expected, actual } = await transcript(`\`\`\`\n${started}\`\`\``)
    expect(withoutTimes(actual)).toBe(withoutTimes(expected))
  })

  test('submits the word count', async () => {
    const args = /^npx tspark-submit (.*)$/m.exec(read('README.md'))![1]!
    const { stdout, code } = await submitted(args, 'hello world hello\n', /\(hello,2\)\n/)
    expect(code).toBe(143)
    expect(stdout).toMatch(/^-{43}\nTime: \d+ ms\n-{43}\n\(hello,2\)\n\(world,1\)\n\n/m)
  })

  test('links to what is there', () => {
    expect([...read('README.md').matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, file]) => file!).filter(file => !exists(file))).toEqual([])
  })
})

describe('docs/guide.md', () => {
  const guide = read('docs/guide.md')

  test.each(['docs/guide.md', 'docs/live.md', 'docs/first-ten-minutes.md'])('%s is a session that comes out as it stands', async file => {
    const { expected, actual } = await transcript(read(file))
    expect(actual).toBe(expected)
  }, 60_000)

  test('its program runs under tspark-submit', async () => {
    const [, name, text, command, printed] = /```ts\n\/\/ (\S+)\n([^]*?)```[^]*?```sh\nnpx tspark-submit (.*)\n```[^]*?```text\n([^]*?)```/.exec(guide)!
    const dir = program({ [name!]: text!, 'poem.txt': 'to be or\nnot to be\n' })
    expect(await runSubmit(wordsOf(command!), { cwd: dir })).toEqual({ code: 0, stdout: printed, stderr: '' })
  })
})

describe('docs/submit.md', () => {
  test('its totals go on in a second run', async () => {
    const [, name, text, command, first, second] = /```ts\n\/\/ (\S+)\n([^]*?)```[^]*?```sh\nnpx tspark-submit (.*)\n```[^]*?```text\n([^]*?)```[^]*?```text\n([^]*?)```/.exec(read('docs/submit.md'))!
    const dir = program({ [name!]: text!, 'logs/monday.txt': 'GET a\nPUT b\nGET c\n' })
    const printed = async (): Promise<string> => {
      const { code, stdout, stderr } = await runSubmit(wordsOf(command!), { cwd: dir })
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error|warn/i) })
      return stdout.replace(/-{43}\nTime: \d+ ms\n-{43}\n/g, '').trimEnd() + '\n'
    }
    expect(await printed()).toBe(first)
    writeFileSync(join(dir, 'logs/tuesday.txt'), 'GET d\n')
    expect(await printed()).toBe(second)
  }, 60_000)
})

describe('what --help says', () => {
  test.each([['docs/shell.md', commandHelp()], ['docs/shell.md', shellHelp().split('\n\n').slice(0, 3).join('\n\n')], ['docs/submit.md', usage()]])('stands in %s', (file, help) => {
    expect(read(file)).toContain(`\`\`\`\n${help}\n\`\`\``)
  })
})

async function transcript(markdown: string): Promise<{ expected: string; actual: string }> {
  const driver = await transcriptDriver()
  try { return { expected: markdown, actual: await runTranscriptText(markdown, driver) } } finally { driver.close() }
}

const withoutTimes = (text: string): string => text.replace(/^((?:Time:|  last batch,) ?)\d+ ms(?: {2}[\d:]+)?/gm, '$1…')

const wordsOf = (command: string): string[] => command.split(' ').map(word => word.replaceAll("'", ''))

function exists(file: string): boolean { try { return read(file) !== '' } catch (error) { return (error as NodeJS.ErrnoException).code === 'EISDIR' } }

/** Runs the command with a server of one client that says `text`, until `seen` is printed. */
async function submitted(args: string, text: string, seen: RegExp) {
  const server = createServer(client => { client.on('error', () => {}).write(text) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const argv = wordsOf(args).map(word => word === '9999' ? String((server.address() as AddressInfo).port) : word)
  const sockets = new Set<import('node:net').Socket>()
  server.on('connection', socket => { sockets.add(socket) })
  try {
    return await runSubmit(argv, { cwd: ROOT, onStart: child => {
      let stdout = ''
      child.stdout.on('data', chunk => { if (seen.test(stdout += chunk)) child.kill('SIGTERM') })
    } })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

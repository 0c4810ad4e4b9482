/** An endless loop at the prompt ends at SIGINT, in a process of its own; the session goes on. The loop announces itself by writeSync, since no later turn could finish a write. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PROGRAM = `
  import { Session } from ${JSON.stringify(new URL('../../dist/src/repl/session.js', import.meta.url).href)}
  const session = new Session({ locale: 'en', prelude: { values: {}, declarations: 'export {}' } })
  const say = outcome => process.stdout.write(outcome.kind + ' ' + JSON.stringify(outcome.bindings ?? outcome.value?.value) + '\\n')
  await session.ready
  const withSigint = run => run()
  say(await session.evaluate('import { writeSync } from "node:fs"; const before = 1; writeSync(1, "looping\\\\n"); for (;;) {}', { withSigint }))
  say(await session.evaluate('typeof before$1', { withSigint }))
  say(await session.evaluate('const after = 2', { withSigint }))
  await session.close()
`

test('SIGINT breaks a loop and leaves nothing of its line', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('.', import.meta.url)) })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (text.includes('looping')) child.kill('SIGINT')
  })
  const [code] = await once(child, 'close') as [number]
  expect(output.split('\n')).toEqual(['looping', 'interrupted []', 'refused undefined', 'done [{"name":"after","type":"number"}]', ''])
  expect(code).toBe(0)
})

/** A line of 100 MB without an end, through receiver, engine and word count, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LineFeeder } from '../support/line-feeder.js'

const program = fileURLToPath(new URL('../support/long-line-count.mjs', import.meta.url))
const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')

type Said = Partial<Record<'text' | 'word' | 'error', string> & Record<'count' | 'mostBytes', number>>

test('it is cut at 64 MB and said once, what comes before and after is counted, memory stays bounded', async () => {
  const feeder = await LineFeeder.open()
  const child = spawn(process.execPath, [program, String(feeder.port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said: Said[] = []
  const lines = createInterface({ input: child.stdout })
  const until = (word: string) => new Promise<void>(resolve => lines.on('line', text => { if (text.includes(word)) resolve() }))
  lines.on('line', text => said.push(JSON.parse(text) as Said))

  await feeder.connected()
  const before = until('"before"')
  await feeder.send('before\n')
  await before
  const after = until('"after"')
  for (let i = 0; i < 100; i++) await feeder.send(MEGABYTE, undefined, MEGABYTE.length)
  await feeder.send('\nafter after\n')
  await after
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])
  await feeder.close()

  const { mostBytes } = said.pop()!
  expect(Object.fromEntries(said.filter(({ word }) => word).map(({ word, count }) => [word, count]))).toEqual({ before: 1, '67108864 characters': 1, after: 2 })
  expect(said.filter(({ word }) => !word)).toEqual([{ text: expect.stringContaining('sent a line of more than 67108864 bytes; such lines are cut there') }])
  expect(mostBytes).toBeLessThan(700e6) // 232 MB on 2026-11-23; an idle session has 90
})

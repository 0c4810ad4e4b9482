/** A process that was stopped and goes on (SIGSTOP, a closed lid): every batch it missed is made up for. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as passing } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../support/stopped-process.mjs', import.meta.url))

test('no batch is skipped and none comes twice', async () => {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const timesMs: number[] = []
  const lines = createInterface({ input: child.stdout })
  const until = (timeMs: number) => new Promise<void>(resolve => lines.on('line', function more() { if (timesMs.at(-1)! >= timeMs) { lines.off('line', more); resolve() } }))
  lines.on('line', line => timesMs.push(Number(line)))
  await until(1)
  child.kill('SIGSTOP')
  await passing(1000) // the pause itself
  const resumedMs = Date.now()
  child.kill('SIGCONT')
  await until(resumedMs)
  child.stdin.end()
  await once(child, 'close')
  expect(timesMs.at(-1)! - timesMs[0]!).toBeGreaterThanOrEqual(900)
  expect(timesMs).toEqual(timesMs.map((_, i) => timesMs[0]! + i * 50))
})

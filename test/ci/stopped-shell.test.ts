/** The shell, stopped for a minute while batches print (SIGSTOP, as by a closed lid), and its prompt afterwards. */
import { readFileSync } from 'node:fs'
import { setTimeout as passing } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Pty, SHELL } from '../support/pty.js'

const PAUSE_MS = 60_000

test('the prompt answers after SIGCONT, and what was missed is not poured out', async () => {
  const pty = new Pty(`${SHELL} --master local:2 --batch 500ms`, { columns: 100, rows: 30 })
  const blocks = (): number => pty.rows.filter(row => row === 'batch').length
  await pty.until(/ts>$/)
  pty.write('ssc.queueStream([], true, sc.parallelize(["batch"])).print(); ssc.start()\r')
  await pty.until(() => blocks() > 2)
  await pty.type('40 + ') // half a line
  await pty.until(/^ts> 40 \+$/m)

  // script stops itself when it hears that its child has stopped, which may be as late as after its own SIGCONT: so it is woken until it answers.
  const shell = Number(readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8').trim().split(' ')[0])
  for (const pid of [shell, pty.pid]) process.kill(pid, 'SIGSTOP')
  await passing(PAUSE_MS)
  const before = blocks()
  const waking = setInterval(() => { for (const pid of [pty.pid, shell]) process.kill(pid, 'SIGCONT') }, 200)
  pty.write('2\r')
  await pty.until(/^number = 42$/m).finally(() => { clearInterval(waking) })
  await pty.until(/\d+ batches were caught up; this is the last/)

  expect(Number(/(\d+) batches were caught up/.exec(pty.text)![1])).toBeGreaterThan(100)
  expect(blocks() - before).toBeLessThan(20)
  pty.write('\x04')
  expect(await pty.ended()).toBe(0)
})

/** The real shell on a pseudo-terminal, with `.watch counts` over a stream that gives the same records every 300 ms. */
import { expect } from 'vitest'
import { Pty, SHELL, type PtyOptions } from './pty.ts'

export async function watching(options: PtyOptions, opened: Pty[]): Promise<Pty> {
  const pty = new Pty(`${SHELL} --master 'local[1]' --batch 300ms`, options)
  opened.push(pty)
  await pty.until(/ts>/)
  pty.write('const words = ssc.queueStream(Array.from({ length: 500 }, () => ["to", "数据", "to"]))\r')
  await pty.until(/^words: /m, 30_000)
  pty.write('const counts = words.map(w => [w, 1]).reduceByKey((a, b) => a + b)\r')
  await pty.until(/^counts: /m)
  pty.write('.watch counts\r')
  await pty.until('registered')
  pty.write('ssc.start()\r')
  return pty
}

/** One table stands above the line being typed, drawn in place batch after batch. */
export async function seeTable(pty: Pty): Promise<void> {
  await pty.until(/^(to|数据) +\d  ███/m)
  await pty.type('const half = "数', 20)
  await pty.until(/^(to|数据) +\d  █{6}/m)
  const screen = pty.text.split('\n')
  const row = expect.stringMatching(/^(to|数据) +\d  █$/)
  expect(screen.slice(-4).map(line => line.replace(/█+$/, '█').replace(/[\d:]{8}/, 'at'))).toEqual(['counts  at', row, row, 'ts> const half = "数'])
  expect(screen.filter(line => /^counts {2}/.test(line)).length).toBeLessThanOrEqual(2) // one may stand where ssc.start() was entered
}

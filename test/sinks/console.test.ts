/** print()'s block, byte for byte. */
import { EventEmitter } from 'node:events'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { EventBus, type Events } from '#src/core/events.js'
import { attachConsoleWriter, printBlock, printed } from '#src/sinks/console.js'

const output = { id: 1, name: 'print', site: undefined }
const event = (timeMs: number, lines: string[], more = false): Events['printed'] => ({ timeMs, output, lines, more })
const BAR = '-------------------------------------------'

class Sink extends EventEmitter {
  text = ''
  constructor(readonly isTTY = false) { super() }
  write(text: string): boolean { this.text += text; return true }
}

describe('print blocks', () => {
  interface Row { id: string; event: Events['printed']; expected: string[] }
  const rows: Row[] = [
    { id: 'print-default, batch 1', event: event(1795358476000, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'], true), expected: [BAR, 'Time: 1795358476000 ms', BAR, '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '...', ''] },
    { id: 'print-default, batch 2', event: event(1795358477000, ['1', '2']), expected: [BAR, 'Time: 1795358477000 ms', BAR, '1', '2', ''] },
    { id: 'print-default, batch 3', event: event(1795358478000, []), expected: [BAR, 'Time: 1795358478000 ms', BAR, ''] },
    { id: 'print-3-pairs', event: event(1795358476000, ['(1,v1)', '(0,v2)', '(1,v3)'], true), expected: [BAR, 'Time: 1795358476000 ms', BAR, '(1,v1)', '(0,v2)', '(1,v3)', '...', ''] },
  ]
  test.each(rows)('$id', ({ event, expected }) => { expect(printBlock(event)).toBe(expected.map(line => `${line}\n`).join('')) })
})

describe('who writes', () => {
  test('nobody listens: printed itself', () => {
    const events = new EventBus()
    events.watch('printed', () => {})
    const stdout = new Sink()
    printed(events, event(1000, ['a']), stdout)
    expect(stdout.text).toBe(printBlock(event(1000, ['a'])))
  })

  test('somebody listens: they alone, until they leave', () => {
    const events = new EventBus()
    const [stdout, other] = [new Sink(), new Sink()]
    const detach = attachConsoleWriter(events, stdout)
    printed(events, event(1000, ['a']), other)
    detach()
    printed(events, event(2000, ['b']), other)
    expect([stdout.text, other.text]).toEqual([printBlock(event(1000, ['a'])), printBlock(event(2000, ['b']))])
  })

  test('control characters are kept in a pipe, shown on a terminal', () => {
    const events = new EventBus()
    const [pipe, terminal] = [new Sink(), new Sink(true)]
    attachConsoleWriter(events, pipe)
    attachConsoleWriter(events, terminal)
    printed(events, event(1000, ['\u001b]52;c;AAAA\u0007']))
    expect(pipe.text).toContain('\n\u001b]52;c;AAAA\u0007\n')
    expect(terminal.text).toContain('\n\\x1b]52;c;AAAA\\x07\n')
  })

  test.each([['with a writer', 'attachConsoleWriter(events)'], ['in a plain program', '']])('a reader that has gone ends the program silently, with status 0, %s', (_, attach) => {
    const program = `
      import { events } from ${JSON.stringify(new URL('../../dist/src/core/events.js', import.meta.url).href)}
      import { attachConsoleWriter, printed } from ${JSON.stringify(new URL('../../dist/src/sinks/console.js', import.meta.url).href)}
      ${attach}
      const more = () => { printed(events, { timeMs: 1000, output: {}, lines: ['x'.repeat(9999)], more: false }); setImmediate(more) }
      more()`
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', '"$0" --input-type=module -e "$1" | head -1', process.execPath, program], { encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${BAR}\n`, stderr: '' })
  })

  test('another error of the output is not swallowed', () => {
    const stdout = new Sink()
    attachConsoleWriter(new EventBus(), stdout, () => {})
    expect(() => stdout.emit('error', Object.assign(new Error('disk'), { code: 'ENOSPC' }))).toThrow('disk')
  })
})

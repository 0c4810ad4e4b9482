/**
 * Drives a real shell on a terminal through a transcript, by the wall clock and with a real `nc` at the other end: what is typed, what is answered, and the
 * blocks that have rows. What depends on the moment is left out: times, and lines about empty batches and about Spark's coming.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { TranscriptDriver } from '#src/testing/transcript.js'
import type { Pty } from './pty.ts'

const BAR = '-'.repeat(43)
const BLOCK = new RegExp(`^${BAR}\\nTime: \\d+ ms.*\\n${BAR}\\n((?:.+\\n)+)`, 'gm')
const OF_THE_MOMENT = /^· (?:\d+ empty batches|empty batch|Spark|starting Spark)|^! Spark lost/
// Spark starts while the first job waits; a lost executor is made up for in seconds.
const LIMIT_MS = 90_000

/** `nc -lk` on a free port. */
export class Netcat {
  private constructor(readonly child: ChildProcess, readonly port: number) {}

  static async listen(): Promise<Netcat> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => { server.close(resolve) })
    return new Netcat(spawn('nc', ['-lk', '127.0.0.1', String(port)], { stdio: ['pipe', 'ignore', 'inherit'] }), port)
  }

  send(text: string): void { this.child.stdin!.write(text) }
  close(): void { this.child.kill() }
}

export class PtyTranscript implements TranscriptDriver {
  /** `port`: what the transcript says in the place of the real one. */
  constructor(readonly pty: Pty, readonly netcat: Netcat, readonly port: number) {}

  async type(lines: readonly string[]): Promise<string> {
    const [line] = lines
    this.pty.write(`${line!.replaceAll(String(this.port), String(this.netcat.port))}\r`)
    await this.pty.until(() => this.#answer(line!) !== undefined, LIMIT_MS)
    return this.#answer(line!)!.replaceAll(String(this.netcat.port), String(this.port))
  }

  async nc(lines: readonly string[]): Promise<string> {
    const before = this.#blocks().length
    this.netcat.send(`${lines.join('\n')}\n`)
    await this.pty.until(() => this.#blocks().length > before, LIMIT_MS)
    return this.#blocks().slice(before).map(rows => `${BAR}\nTime: … ms\n${BAR}\n${rows}\n`).join('')
  }

  paste(): Promise<string> { throw new Error('a real terminal is typed into') }
  tick(): Promise<string> { throw new Error('the wall clock is not moved') }

  #blocks(): string[] { return [...`${this.pty.text}\n\n`.matchAll(BLOCK)].map(([, rows]) => rows!) }

  /** Between the line and the prompt after it, once that is there. */
  #answer(line: string): string | undefined {
    const rows = this.pty.rows.map(row => row.trimEnd())
    const typed = rows.lastIndexOf(`ts> ${line.replaceAll(String(this.port), String(this.netcat.port))}`)
    const prompt = rows.findIndex((row, at) => at > typed && row === 'ts>')
    if (typed < 0 || prompt < 0) return undefined
    const told = `${rows.slice(typed + 1, prompt).join('\n')}\n`.replace(BLOCK, '').split('\n').filter(row => row !== '' && !OF_THE_MOMENT.test(row))
    return told.map(row => `${row}\n`).join('')
  }
}

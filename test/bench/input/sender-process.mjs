/** The sender as a child: sets its pace, ends it, and says what it sent. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export async function openSender() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./sender.mjs', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const next = async () => JSON.parse((await once(lines, 'line'))[0])
  const tell = order => child.stdin.write(`${JSON.stringify(order)}\n`)
  const { port } = await next()
  return {
    port,
    /** Of the connections to come; Infinity: as fast as TCP takes them. */
    pace: linesPerSecond => tell({ linesPerSecond: Number.isFinite(linesPerSecond) ? linesPerSecond : null }),
    /** Ends the one connection there is: how many lines went through it, and how many connections there have been. */
    end: async () => {
      tell({ end: true })
      return next()
    },
    close: () => { child.stdin.end() },
  }
}

/** The sender as a child of whoever measures, who sets its pace and ends it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export async function openSender() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./sender.mjs', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return {
    port: JSON.parse(line).port,
    /** Of the connections to come; Infinity: as fast as TCP takes them. */
    pace: linesPerSecond => child.stdin.write(`${JSON.stringify({ linesPerSecond: Number.isFinite(linesPerSecond) ? linesPerSecond : null })}\n`),
    close: () => child.stdin.end(),
  }
}

/** What stands above the first prompt: where the work runs, how long a batch is, how to leave and how to get help. */
import type { Look } from './render.js'

export function banner({ version, master, batchMs }: { version: string; master: string; batchMs: number }, { colors }: Look): string {
  const lines = [
    `${colors.bold('tspark')} ${version}: a spark-shell for TypeScript`,
    `sc:  master ${colors.cyan(master)}`,
    `ssc: batches of ${colors.cyan(batchMs % 1000 ? `${batchMs} ms` : `${batchMs / 1000} s`)}`,
    'leave with .exit or Ctrl-D; .help shows more',
  ]
  return lines.join('\n')
}

/** Drives transcript-shell.mjs, one process per transcript. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TranscriptDriver } from '#src/testing/transcript.js'

const PROGRAM = fileURLToPath(new URL('transcript-shell.mjs', import.meta.url))

/** The shell speaks the language of `locale`. */
export async function transcriptDriver({ locale = 'en' } = {}): Promise<TranscriptDriver & { close(): void }> {
  const child = fork(PROGRAM, { env: { ...process.env, TZ: 'UTC', TMPDIR: '/tmp', LC_ALL: locale } })
  const answered = (): Promise<string> => new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the shell ended with code ${code}`))
    child.once('message', text => { child.off('exit', ended); resolve(String(text)) })
    child.once('exit', ended)
  })
  const ask = (step: object): Promise<string> => { const answer = answered(); child.send(step); return answer }
  await answered()
  return {
    type: lines => ask({ kind: 'type', lines }),
    paste: text => ask({ kind: 'paste', text }),
    nc: lines => ask({ kind: 'nc', lines }),
    tick: ms => ask({ kind: 'tick', ms }),
    close() { child.removeAllListeners('exit'); child.kill() },
  }
}

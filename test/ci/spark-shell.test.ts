/**
 * The shell on a standalone cluster of two workers, with a real `nc`: the program everybody types first by transcript, and a flood of lines through it, while
 * executors and worker processes are killed. UPDATE=1 writes the transcript's answers anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTranscriptText } from '#src/testing/transcript.js'
import { Pty, SHELL } from '../support/pty.ts'
import { Netcat, PtyTranscript } from '../support/pty-transcript.ts'
import { Cluster, homeOf, processesUnder, SPARKS } from '../support/real-spark.ts'
import { startShell } from '../support/shell-process.ts'

const TRANSCRIPT = fileURLToPath(new URL('transcripts/cluster-word-count.md', import.meta.url))
const EXECUTOR = /CoarseGrainedExecutorBackend/
const WORKER = /tspark-worker\.cjs --child/

const PROGRAM = (port: number): string => `import { Seconds, StreamingContext } from "tspark"
const ssc = new StreamingContext(sc, Seconds(1))
const lines = ssc.socketTextStream("localhost", ${port})
const words = lines.flatMap(_ => _.split(" "))
const wordCounts = words.map(x => [x, 1]).reduceByKey((a, b) => a + b)
wordCounts.print()
ssc.start()
ssc.awaitTermination()
`

function killOne(pattern: RegExp): void {
  const [pid] = processesUnder(process.pid, pattern)
  if (pid === undefined) throw new Error(`nothing runs that is called ${pattern}`)
  process.kill(pid, 'SIGKILL')
}

describe.each(SPARKS)('$name, the shell', ({ version, skip }) => {
  describe.skipIf(skip)('', () => {
    let cluster: Cluster
    let netcat: Netcat
    let flags: readonly string[]
    beforeAll(async () => {
      [cluster, netcat] = await Promise.all([Cluster.start(version, 2), Netcat.listen()])
      flags = ['--master', cluster.master, ...Object.entries({ 'spark.tspark.sparkHome': homeOf(version), 'spark.driver.memory': '512m', 'spark.executor.memory': '512m' }).flatMap(([key, value]) => ['--conf', `${key}=${value}`])]
    })
    afterAll(async () => {
      netcat?.close()
      await cluster?.stop()
    })

    test('the word count by transcript', async () => {
      const pty = new Pty(`${SHELL} ${flags.map(flag => `'${flag}'`).join(' ')}`, { columns: 200, rows: 40 })
      try {
        await pty.until(/ts>$/)
        const driver = new PtyTranscript(pty, netcat, 9999)
        const expected = readFileSync(TRANSCRIPT, 'utf8')
        let actual = ''
        for (const part of expected.split(/^(?=## )/m)) {
          if (/executor is killed/.test(part)) killOne(EXECUTOR)
          if (/worker process is killed/.test(part)) killOne(WORKER)
          actual += await runTranscriptText(part, driver)
        }
        if (process.env.UPDATE) writeFileSync(TRANSCRIPT, actual)
        else expect(actual).toBe(expected)
        pty.write('\x04')
        expect(await pty.ended(30_000)).toBe(0)
      } finally { pty.kill() }
    })

    test('a flood of lines, through it a killed executor and a killed worker process', async () => {
      const [writes, each] = [60, 500]
      // Back-pressure would let in less and less on a machine so busy that a batch of any size takes longer than a second.
      const run = startShell([...flags, '--conf', 'spark.streaming.backpressure.enabled=false'], PROGRAM(netcat.port))
      const counts = (): Record<string, number> => {
        const found: Record<string, number> = {}
        for (const [, word, count] of run.stdout.matchAll(/^\((\w+),(\d+)\)$/gm)) found[word!] = (found[word!] ?? 0) + Number(count)
        return found
      }
      try {
        for (let i = 0; i < writes; i++) {
          netcat.send('to be or not to be\n'.repeat(each))
          if (i === 0) await expect.poll(counts, { timeout: 180_000 }).not.toEqual({})
          if (i === 15) killOne(EXECUTOR)
          if (i === 40) killOne(WORKER)
          await new Promise(resolve => { setTimeout(resolve, 100) }) // lines come while the stream runs
        }
        const all = writes * each
        await expect.poll(counts, { timeout: 180_000 }).toEqual({ to: 2 * all, be: 2 * all, or: all, not: all })
        run.child.kill('SIGTERM')
        expect(await run.ended).toBe(143)
      } catch (error) { throw new Error(`${String(error)}\n${run.stderr.slice(-2000)}`, { cause: error }) } finally { run.child.kill('SIGKILL') }
    })
  })
})

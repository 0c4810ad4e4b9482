/** What Spark's log says that its user should know at once, in words, and once; all else of it is kept for errors. */
export interface Message { readonly level: 'info' | 'warn'; readonly text: string }

interface Row { readonly pattern: RegExp; readonly level: Message['level']; readonly text: (match: RegExpExecArray) => string }

const ROWS: readonly Row[] = [
  {
    pattern: /Initial job has not accepted any resources/, level: 'warn',
    text: () => 'Spark has no executor for the job yet: its cluster has no workers, none with that much free (spark.executor.memory, spark.executor.cores), or others hold them. It goes on waiting',
  },
  { pattern: /Failed to connect to master ([\w.:[\]-]+)/, level: 'info', text: ([, place]) => `the master at ${place} does not answer; Spark tries again for a minute` },
  { pattern: /Lost executor (\S+) on (\S+?): ([^\n]*)/, level: 'warn', text: ([, executor, host, reason]) => `Spark lost executor ${executor} on ${host} (${reason}); what it had to do is done again elsewhere` },
]

export class SparkLog {
  readonly #said = new Set<string>()

  constructor(readonly say: (message: Message) => void) {}

  hear(line: string): void {
    for (const { pattern, level, text } of ROWS) {
      const match = pattern.exec(line)
      if (!match || this.#said.has(match[0])) continue
      this.#said.add(match[0])
      this.say({ level, text: text(match) })
    }
  }
}

/**
 * From the command to the first prompt, the memory held once a first line has been checked and answered, and, counted from the end of its
 * interval, the first batch that is printed after the word count was typed. `node -e 0` is what nothing in Node can be faster than.
 */
import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openSender } from '../input/sender-process.mjs'
import { spark } from '../rivals/install.mjs'
import { sparkEnv, sparkFlags } from '../rivals/kinds.mjs'
import { Terminal } from '../rivals/terminal.mjs'

const SHELL = fileURLToPath(new URL('../../../bin/tspark-shell.cjs', import.meta.url))
const LINES_PER_SECOND = 100
const shellWords = words => words.map(word => `'${word}'`).join(' ')

/** What is started, how its prompt looks, and the word count as it is typed there: `first` is a line and what it answers. */
const SHELLS = {
  node: () => ({ command: [process.execPath, '-e', '0'] }),
  tspark: () => ({
    command: [process.execPath, SHELL, '--master', 'local[2]'], env: { TSPARK_HISTORY: '' },
    prompt: /ts> /, first: ['20 + 22', /number = 42/],
    program: port => [
      `const lines = ssc.socketTextStream("127.0.0.1", ${port})`,
      'lines.flatMap(_ => _.split(" ")).map(x => [x, 1]).reduceByKey((a, b) => a + b).print()',
      'ssc.start()',
    ],
  }),
  spark: cache => ({
    ...onSpark(cache, 'spark-shell'),
    prompt: /scala> /, first: ['20 + 22', /Int = 42/],
    program: port => [
      'import org.apache.spark.streaming._',
      'val ssc = new StreamingContext(sc, Seconds(1))',
      `ssc.socketTextStream("127.0.0.1", ${port}).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).print()`,
      'ssc.start()',
    ],
  }),
  pyspark: cache => ({ ...onSpark(cache, 'pyspark'), prompt: />>> /, first: ['20 + 22', /^42$/m] }),
}

function onSpark(cache, name) {
  const { home, site } = spark(cache)
  return { command: [join(home, 'bin', name), ...sparkFlags], env: { ...sparkEnv(home), PYTHONPATH: site, PYSPARK_PYTHON: 'python3' } }
}

export const shape = {
  what: 'the first prompt, the memory it takes, the first batch',
  minutes: 6,
  warmUps: 1,
  sizes: { full: { batches: 1 }, small: { batches: 1 }, tiny: { batches: 1 } },
  figures: {
    promptMs: { title: 'first prompt', unit: 'ms' },
    residentMb: { title: 'memory after a line', unit: 'MB' },
    batchMs: { title: 'first batch, from its end', unit: 'ms' },
  },
  contenders: {
    'node -e 0': { shell: 'node' },
    'tspark-shell': { shell: 'tspark' },
    'spark-shell': { shell: 'spark' },
    'pyspark': { shell: 'pyspark' },
  },
  rivals: ['node -e 0', 'spark-shell'],
  bars: [
    { of: 'tspark-shell', beside: 'spark-shell', figure: 'promptMs', atLeast: 10 },
    { of: 'tspark-shell', beside: 'node -e 0', figure: 'promptMs', atLeast: 1 / 6 },
    { of: 'tspark-shell', figure: 'batchMs', atMost: 100 },
    { of: 'tspark-shell', figure: 'residentMb', atMost: 300 },
  ],
  equipment: openSender,
  open: ({ shell }, { cache }) => ({ ...SHELLS[shell](cache), close() {} }),
  round,
}

async function round(shell, { equipment: sender }) {
  if (!shell.prompt) return { promptMs: await untilItEnds(shell.command) }
  sender.pace(LINES_PER_SECOND)
  const startMs = performance.now()
  const terminal = new Terminal(shellWords(shell.command), shell)
  try {
    await terminal.see(shell.prompt)
    const promptMs = performance.now() - startMs
    const [line, answer] = shell.first
    terminal.type(line)
    await terminal.see(answer)
    return { promptMs, residentMb: terminal.residentMb(), ...shell.program && { batchMs: await firstBatch(terminal, shell.program(sender.port)) } }
  } finally {
    await terminal.close()
  }
}

async function firstBatch(terminal, program) {
  for (const line of program) terminal.type(line)
  const { match, atMs } = await terminal.see(/Time: (\d+) ms[^\n]*\n-+\n\([^\n]*\n/)
  return atMs - Number(match[1])
}

async function untilItEnds([command, ...args]) {
  const startMs = performance.now()
  await once(spawn(command, args), 'close')
  return performance.now() - startMs
}

export const programs = {}

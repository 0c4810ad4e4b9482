/**
 * The same word count on the same stock Spark, local[2], by Node workers and by PySpark's: processor time of the whole process tree, and the
 * wall. Each has a process of its own with Spark in it and plays its rounds in turn; the first is cold and not counted. Needs Java,
 * and Python for PySpark.
 *
 *     node test/bench/on-spark.mjs        SPARK_HOME, or the Spark that .ci/run has installed; ROWS=1000000 lines of 10 words
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const HOME = process.env.SPARK_HOME ?? join(ROOT, '.cache/spark/3.5.7/pyspark')
const ROWS = Number(process.env.ROWS ?? 1_000_000)
const ROUNDS = 4

const NODE = path => `
import { SparkConf, SparkContext } from ${JSON.stringify(new URL('../../dist/src/index.js', import.meta.url).href)}
const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', 'spark'))
const play = async () => (await sc.textFile(${JSON.stringify(path)}, 4).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, 4).collect()).reduce((sum, [, n]) => sum + n, 0)
for await (const _ of process.stdin) console.log('words ' + await play())
await sc.stop()
process.exit(0)
`

const PYTHON = path => `
import sys
from operator import add
from pyspark import SparkConf, SparkContext
sc = SparkContext(conf=SparkConf().setMaster('local[2]').set('spark.ui.enabled', 'false').set('spark.ui.showConsoleProgress', 'false'))
for line in sys.stdin:
    counts = sc.textFile(${JSON.stringify(path)}, 4).flatMap(lambda line: line.split(' ')).map(lambda word: (word, 1)).reduceByKey(add, 4).collect()
    print('words ' + str(sum(n for _, n in counts)), flush=True)
sc.stop()
`

const directory = mkdtempSync(join(tmpdir(), 'tspark-bench-'))
const text = join(directory, 'lines.txt')
const CONTENDERS = { 'tspark on Spark': [process.execPath, 'count.mjs', NODE], PySpark: ['python3', 'count.py', PYTHON] }

if (!existsSync(HOME)) throw new Error(`no Spark in ${HOME}: set SPARK_HOME, or let .ci/run install one`)
console.log(`word count over ${ROWS} lines of 10 words on the Spark in ${HOME}, local[2]: warm jobs, medians of ${ROUNDS - 1}`)
try {
  writeFileSync(text, lines())
  for (const [name, [program, file, source]] of Object.entries(CONTENDERS)) {
    writeFileSync(join(directory, file), source(text))
    console.log(`  ${name.padEnd(16)} ${await measure(program, join(directory, file))}`)
  }
} finally { rmSync(directory, { recursive: true, force: true }) }

async function measure(program, file) {
  const child = spawn(program, [file], { env: { ...process.env, SPARK_HOME: HOME, PYTHONPATH: pythonPath(), SPARK_LOCAL_IP: '127.0.0.1' }, stdio: ['pipe', 'pipe', process.env.LOG ? 'inherit' : 'ignore'] })
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const [cpu, wall] = [cpuOf(child.pid), performance.now()]
    const answered = new Promise((done, failed) => {
      child.stdout.on('data', data => { const found = /words \d+/.exec(data); if (found) done(found[0]) })
      child.once('exit', code => failed(new Error(`${program} ended with ${code}`)))
    })
    child.stdin.write('go\n')
    const answer = await answered
    if (answer !== `words ${ROWS * 10}`) throw new Error(`${program} counted ${answer}`)
    rounds.push([cpuOf(child.pid) - cpu, (performance.now() - wall) / 1000])
  }
  child.removeAllListeners('exit')
  child.stdout.removeAllListeners('data').resume()
  child.stdin.end()
  await new Promise(done => { child.once('exit', done) })
  const [[coldCpu, coldWall], ...warm] = rounds
  const middle = values => values.sort((a, b) => a - b)[values.length >> 1]
  return `warm ${middle(warm.map(([cpu]) => cpu)).toFixed(1)} s processor, ${middle(warm.map(([, wall]) => wall)).toFixed(1)} s wall; the first with Spark's start ${coldCpu.toFixed(1)} and ${coldWall.toFixed(1)}`
}

/** PySpark brings Py4J along as an archive. */
function pythonPath() {
  const lib = join(HOME, 'python', 'lib')
  return [resolve(HOME, '..'), ...readdirSync(lib).filter(name => name.startsWith('py4j')).map(name => join(lib, name))].join(':')
}

/** Seconds of a process and all below it, those that have ended included. */
function cpuOf(root) {
  const stats = new Map(readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
      return [[Number(name), { parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) }]]
    } catch { return [] }
  }))
  const under = pid => pid === root || (stats.has(pid) && under(stats.get(pid).parent))
  return [...stats].filter(([pid]) => under(pid)).reduce((sum, [, { ticks }]) => sum + ticks, 0) / 100
}

/** 20,000 different words, frequent ones more often. */
function lines() {
  let seed = 1
  const random = () => (seed = Math.imul(seed, 1664525) + 1013904223 >>> 0) / 2 ** 32
  const line = () => Array.from({ length: 10 }, () => `w${Math.floor(20_000 * random() ** 2)}`).join(' ')
  return Array.from({ length: ROWS }, line).join('\n') + '\n'
}

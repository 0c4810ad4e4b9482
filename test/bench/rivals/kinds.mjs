/**
 * How each kind of contender becomes a Session: a row names the kind by the key under which a shape lists it (`{ program: 'loop' }`,
 * `{ scala: 'file-words' }`), and says how it is started and asked.
 *
 * Spark runs as its users run it, `local[2]`, in spark-shell and python3, with 4 GiB, as much as our default gives ourselves on a large machine.
 * Its console is quiet, its UI is off, it binds to loopback.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packages, spark } from './install.mjs'
import { openProgram } from './player.mjs'
import { Session } from './session.mjs'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const SCALA_ERROR = /error: |Exception/
const SPARK_FLAGS = [
  '--master', 'local[2]', '--driver-memory', '4g', '--driver-java-options', `-Dlog4j2.configurationFile=${here('../spark/log4j2.properties')}`,
  '--conf', 'spark.ui.enabled=false', '--conf', 'spark.ui.showConsoleProgress=false', '--conf', 'spark.driver.host=127.0.0.1', '--conf', 'spark.driver.bindAddress=127.0.0.1',
]

/** kind → how one is opened: (what the shape says, { shape file, size, cache directory }) → Session */
const KINDS = {
  program: (name, { file, size, here }) => here ? guest(file, name, size) : nodeSession([file, name, JSON.stringify(size)]),
  withPackages: (name, { file, size, cache }) => nodeSession([file, name, JSON.stringify(size), packages(cache)]),
  scala: (name, { size, cache }) => {
    const { home } = spark(cache)
    const args = [...SPARK_FLAGS, ...['common', 'queued', 'counting', 'helpers', name].flatMap(file => ['-i', here(`../spark/${file}.scala`)])]
    return new Session({ command: join(home, 'bin', 'spark-shell'), args, env: sparkEnv(home, size), failure: SCALA_ERROR, phrase: asScala })
  },
  python: (name, { size, cache }) => {
    const { home, site } = spark(cache)
    const env = { ...sparkEnv(home, size), PYTHONPATH: site, PYSPARK_PYTHON: 'python3', PYSPARK_SUBMIT_ARGS: [...SPARK_FLAGS.map(quoted), 'pyspark-shell'].join(' ') }
    return new Session({ command: 'python3', args: [here('../spark/common.py'), name], env })
  },
}

export function open(contender, context) {
  const kind = Object.keys(KINDS).find(key => key in contender)
  return KINDS[kind](contender[kind], context)
}

/** In this very process: quick to open, and of no use where speed is looked at. */
function guest(file, name, size) {
  const opened = openProgram(file, name, size)
  return { pid: process.pid, ask: async argument => (await opened).play(argument), close: async () => (await opened).close() }
}

// No user code is loaded in these processes but the shape's own.
const nodeSession = args => new Session({ command: process.execPath, args: [here('./node-session.mjs'), ...args] })

export const sparkEnv = (home, size = {}) => ({ SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1', BENCH_SIZE: Object.entries(size).map(([name, value]) => `${name}=${value}`).join(';') })
export const sparkFlags = SPARK_FLAGS

const asScala = argument => `answer(play(Map(${Object.entries(argument).map(([name, value]) => `"${name}" -> "${value}"`).join(', ')})))`
const quoted = word => `'${word}'`

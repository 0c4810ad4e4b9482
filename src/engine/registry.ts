/**
 * Master URL → engine: the only place that knows which engines exist.
 *
 * The embedded one is imported at once: it is light, and a job's functions must be captured in the very call that submits
 * them. So is the one of Spark, which starts nothing before the first job.
 */
import { SparkError } from '../core/errors.js'
import type { Engine, EngineOptions } from './engine.js'
import { embeddedEngine } from './embedded/embedded-engine.js'
import { localReceivers } from './embedded/local-receivers.js'
import { sparkEngine } from './spark/spark-engine.js'

interface Entry { readonly name: string; readonly pattern: RegExp; readonly open: (options: EngineOptions) => Engine | Promise<Engine> }

// local, local[4], local[*], local[2,3] (threads, task failures), and local:2, which no shell wants quoted
const LOCAL = /^local(\[(\d+|\*)(,\d+)?\]|:\d+)?$/

const ENGINES: readonly Entry[] = [
  { name: 'embedded', pattern: LOCAL, open: embeddedEngine },
  { name: 'spark', pattern: new RegExp(`${LOCAL.source}|^spark://.|^yarn$|^k8s://.|^local-cluster\\[`), open: options => sparkEngine(options, localReceivers(options)) },
]

export function openEngine(options: EngineOptions): Engine | Promise<Engine> {
  const asked = options.conf.get('spark.tspark.engine')
  if (asked && !ENGINES.some(({ name }) => name === asked)) throw new SparkError('CONF_INVALID', { key: 'spark.tspark.engine', value: asked, expected: ENGINES.map(({ name }) => name).join(' or '), example: 'spark' })
  const entry = ENGINES.find(({ name, pattern }) => (!asked || name === asked) && pattern.test(options.master))
  if (!entry) throw new SparkError('MASTER_INVALID', { master: options.master })
  return entry.open(options)
}

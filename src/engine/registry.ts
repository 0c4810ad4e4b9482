/**
 * Master URL → engine: the only place that knows which engines exist.
 *
 * The embedded one is imported at once: it is light, and a job's functions must be captured in the very call that submits
 * them. Engines with heavy clients are imported when their master is first asked for.
 */
import { SparkError } from '../core/errors.js'
import type { Engine, EngineOptions } from './engine.js'
import { embeddedEngine } from './embedded/embedded-engine.js'

interface Entry { readonly pattern: RegExp; readonly open: (options: EngineOptions) => Engine | Promise<Engine> }

const ENGINES: readonly Entry[] = [
  // local, local[4], local[*], local[2,3] (threads, task failures), and local:2, which no shell wants quoted
  { pattern: /^local(\[(\d+|\*)(,\d+)?\]|:\d+)?$/, open: embeddedEngine },
]

export function openEngine(options: EngineOptions): Engine | Promise<Engine> {
  const entry = ENGINES.find(({ pattern }) => pattern.test(options.master))
  if (!entry) throw new SparkError('MASTER_INVALID', { master: options.master })
  return entry.open(options)
}

/**
 * Master URL → engine. The only place that knows which engines exist; each is imported when it is first asked for.
 */
import { SparkError } from '../core/errors.js'
import type { Engine, EngineOptions } from './engine.js'

interface Entry { readonly pattern: RegExp; readonly load: (options: EngineOptions) => Promise<Engine> }

const ENGINES: readonly Entry[] = [
  // local, local[4], local[*], local[2,3] (threads, task failures), and local:2, which no shell wants quoted
  { pattern: /^local(\[(\d+|\*)(,\d+)?\]|:\d+)?$/, load: async options => (await import('./embedded/embedded-engine.js')).embeddedEngine(options) },
]

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const entry = ENGINES.find(({ pattern }) => pattern.test(options.master))
  if (!entry) throw new SparkError('MASTER_INVALID', { master: options.master })
  return entry.load(options)
}

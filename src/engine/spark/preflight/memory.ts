/** Memory that Java or Spark refuses: by the rules of `java -Xmx` and of Spark's UnifiedMemoryManager, which wants half as much again as it reserves. */
import { SparkError } from '../../../core/errors.js'
import type { Settings } from './preflight.js'

// 1.5 × 300 MiB: Spark's own constant.
const LEAST_MIB = 450

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const

/** @throws CONF_INVALID */
export function checkMemory(settings: Settings, env: NodeJS.ProcessEnv = process.env): void {
  if ([...settings.keys()].some(key => key.startsWith('spark.testing'))) return // they move the limit
  const driver = settings.get('spark.driver.memory') ?? env.SPARK_DRIVER_MEMORY
  if (driver) checkHeap('spark.driver.memory', driver)
  const executor = settings.get('spark.executor.memory')
  if (executor && bytesOf(executor) !== undefined && /\D$/.test(executor)) checkHeap('spark.executor.memory', executor)
}

/** A bare number is one of bytes to Java. */
function checkHeap(key: string, value: string): void {
  const bytes = bytesOf(value)
  if (bytes === undefined) throw new SparkError('CONF_INVALID', { key, value, expected: 'a whole number with k, m, g or t behind it', example: '2g' })
  if (bytes < LEAST_MIB * 1024 ** 2) throw new SparkError('CONF_INVALID', { key, value, expected: `${LEAST_MIB}m or more, Spark's least`, example: '512m' })
}

function bytesOf(value: string): number | undefined {
  const [, count, unit] = /^(\d+)([kmgt]?)$/i.exec(value.trim()) ?? []
  return count === undefined ? undefined : Number(count) * UNITS[unit!.toLowerCase() as keyof typeof UNITS]
}

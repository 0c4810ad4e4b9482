/**
 * The settings that a checkpoint keeps, and gives back where the program has not set them: what programs and streams read. Not
 * what belongs to a process (where it runs, its memory, its directories), and nothing that looks like a secret.
 */
import type { SparkConf } from '../../core/conf.js'

const OF_A_PROCESS = /^spark\.(master|app\.|driver\.|executor\.|local\.|memory\.|task\.|default\.parallelism|streaming\.checkpoint\.directory|tspark\.(spill|once))/
// Spark redacts by this pattern (spark.redaction.regex), passwords and keys added.
const SECRET = /secret|password|passwd|token|credential|access[._-]?key/i

export const confToKeep = (conf: SparkConf): [string, string][] => conf.getAll().filter(([key]) => isKept(key))

/** What the program has set itself stays as it is. */
export function restoreConf(conf: SparkConf, kept: readonly (readonly [string, string])[]): void {
  for (const [key, value] of kept) if (isKept(key)) conf.setIfMissing(key, value)
}

const isKept = (key: string): boolean => !OF_A_PROCESS.test(key) && !SECRET.test(key)

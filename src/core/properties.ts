/** Reads spark-defaults.conf and its like: `key value` or `key=value` lines, `#` and `!` comments, `\` at an end continues. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Properties { readonly entries: readonly (readonly [string, string])[]; readonly notes: readonly string[] }

/** @throws when the file cannot be read */
export function readProperties(file: string): Properties {
  const pairs = readFileSync(file, 'utf8').replace(/\\\r?\n\s*/g, '').split(/\r?\n/).map(line => line.trim()).filter(line => line && !/^[#!]/.test(line)).map(keyAndValue)
  return {
    entries: pairs.filter(([key]) => isSpark(key)),
    notes: pairs.filter(([key]) => !isSpark(key)).map(([key]) => `Ignoring non-Spark config property: ${key}`),
  }
}

/** Where Spark looks when no file is named. */
export function defaultPropertiesFile({ SPARK_CONF_DIR, SPARK_HOME }: NodeJS.ProcessEnv): string | undefined {
  const dir = SPARK_CONF_DIR ?? (SPARK_HOME && join(SPARK_HOME, 'conf'))
  const file = dir && join(dir, 'spark-defaults.conf')
  return file && existsSync(file) ? file : undefined
}

const isSpark = (key: string): boolean => key.startsWith('spark.')

function keyAndValue(line: string): [string, string] {
  const [, key, value] = /^(.*?)(?:\s*[=:]\s*|\s+|$)(.*)$/.exec(line)!
  return [key!, value!]
}

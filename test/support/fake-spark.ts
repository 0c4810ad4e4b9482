/** A SPARK_HOME without Java, and engines over it: see fake-spark/spark-submit.mjs. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import type { Engine } from '#src/engine/engine.js'
import { openEngine } from '#src/engine/registry.js'
import { ROOT } from './programs.ts'

const SOURCE = join(ROOT, 'test/support/fake-spark')

/** Makes the directory; JAVA_HOME beside it holds a `java` that only says its version. Remove it with `remove`. */
export function fakeSpark({ spark = '3.5.7', java = '17.0.15' } = {}): { readonly home: string; readonly javaHome: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'tspark-fake-'))
  const [home, javaHome] = [join(directory, 'spark'), join(directory, 'java')]
  for (const folder of [join(home, 'jars'), join(home, 'bin'), join(javaHome, 'bin')]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(home, 'jars', `spark-core_2.12-${spark}.jar`), '')
  for (const file of ['executor.mjs', 'encryption.mjs', 'streaming.mjs']) copyFileSync(join(SOURCE, file), join(home, 'bin', file))
  copyFileSync(join(SOURCE, 'spark-submit.mjs'), join(home, 'bin', 'main.mjs'))
  program(join(home, 'bin', 'spark-submit'), `exec "${process.execPath}" "${join(home, 'bin', 'main.mjs')}" "$@"`)
  program(join(javaHome, 'bin', 'java'), `echo 'openjdk version "${java}" 2025-04-15' >&2`)
  return { home, javaHome, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

function program(path: string, line: string): void {
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
}

export const sparkOver = (home: string, settings: Record<string, string> = {}, events = new EventBus()): Engine =>
  openEngine({ master: 'local[2]', conf: new SparkConf(Object.entries({ 'spark.tspark.engine': 'spark', 'spark.tspark.sparkHome': home, ...settings })), events }) as Engine

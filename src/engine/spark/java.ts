/** Whether there is a Java that this Spark runs on: found out before Spark is started, since its own scripts say it in riddles. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SparkError } from '../../core/errors.js'

/** @throws JAVA_NOT_FOUND, JAVA_TOO_OLD */
export async function checkJava(sparkVersion: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const home = env.JAVA_HOME
  const program = home ? join(home, 'bin', 'java') : 'java'
  if (home && !existsSync(program)) throw new SparkError('JAVA_NOT_FOUND', { where: `JAVA_HOME is ${home}, and there is no bin/java in it` })
  const version = majorOf(await said(program, env))
  const least = sparkVersion.startsWith('3.') ? 8 : 17
  if (version < least) throw new SparkError('JAVA_TOO_OLD', { version, spark: sparkVersion, least })
}

/** `java -version` writes to stderr. */
function said(program: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, ['-version'], { env, timeout: 10_000 }, (error, out, err) => {
      if (error && 'code' in error && error.code === 'ENOENT') reject(new SparkError('JAVA_NOT_FOUND', { where: 'there is no java in PATH, and JAVA_HOME is not set' }))
      else if (error) reject(new SparkError('JAVA_NOT_FOUND', { where: `${program} -version failed: ${(err || error.message).trim().split('\n')[0]}` }))
      else resolve(err + out)
    })
  })
}

/** `"1.8.0_292"` is 8, `"17.0.15"` is 17. A text without a version is a Java of its own kind: let Spark judge it. */
function majorOf(text: string): number {
  const found = /version "(?:1\.)?(\d+)/.exec(text)
  return found ? Number(found[1]) : Infinity
}

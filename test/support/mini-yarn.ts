/** A YARN of one machine (mini-yarn/MiniYarn.java), over jars that .ci/run has installed from Maven Central, pinned, under .cache/yarn. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './programs.ts'

const JARS = join(ROOT, '.cache', 'yarn', 'jars')

// Hadoop 3.3 makes classes in ways that Java 17 has closed.
const OPENED = ['java.lang', 'java.util', 'java.io', 'java.net'].flatMap(name => ['--add-opens', `java.base/${name}=ALL-UNNAMED`])

/** Why there is none: undefined where there is one. */
export const lacksYarn: string | undefined = !existsSync(JARS) ? 'YARN is not installed: .ci/run does it' : compiles() ? undefined : 'there is no Java with a compiler'

function compiles(): boolean { return spawnSync('java', ['--version'], { stdio: 'ignore' }).status === 0 && spawnSync('javac', ['--version'], { stdio: 'ignore' }).status === 0 }

export class MiniYarn {
  readonly directory = mkdtempSync(join(tmpdir(), 'tspark-yarn-'))
  #process: ChildProcess | undefined

  /** Its directory is what HADOOP_CONF_DIR has to name. `as`: the command that runs it, of the command that it is. */
  static async start(as: (command: readonly string[]) => readonly string[] = command => command): Promise<MiniYarn> {
    const yarn = new MiniYarn()
    const [program, ...args] = as(['java', '-Xmx512m', ...OPENED, '-cp', `${JARS}/*`, join(ROOT, 'test/support/mini-yarn/MiniYarn.java'), yarn.directory])
    const child = spawn(program!, args, { cwd: yarn.directory, env: { ...process.env, JAVA_HOME: javaHome() }, stdio: ['pipe', 'pipe', 'pipe'] })
    yarn.#process = child
    await new Promise<void>((resolve, reject) => {
      let log = ''
      const hear = (data: Buffer): void => {
        log += data
        if (/^ready$/m.test(log)) resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', () => reject(new Error(`it ended before: ${log.slice(-3000)}`)))
    })
    return yarn
  }

  async stop(): Promise<void> {
    const child = this.#process!
    child.stdin!.end()
    await (child.exitCode ?? new Promise(resolve => { child.once('exit', resolve) }))
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Containers are started by JAVA_HOME. */
function javaHome(): string {
  if (process.env.JAVA_HOME) return process.env.JAVA_HOME
  const { stdout } = spawnSync('sh', ['-c', 'command -v java'], { encoding: 'utf8' })
  return dirname(dirname(realpathSync(stdout.trim())))
}

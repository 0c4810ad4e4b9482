/**
 * Installs, builds and tests on each supported Node, then runs the slow tests, the package as others install it among them. Each
 * step is a row; the last line sums them up, and the exit code says whether all passed.
 *
 * Spark comes from PyPI, with Python's pip, a YARN of one machine from Maven Central, with mvn; where there is no Java, pip or mvn, what needs
 * them is skipped by name.
 *
 * Other Nodes come from npm (their packages by platform, which need no install script), pinned, kept under .cache/.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VERSIONS as SPARKS } from '../test/support/spark-versions.mjs'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const CACHE = join(ROOT, '.cache', 'ci')
const OTHER_NODES = ['20.20.2', '22.23.3', '24.21.0']
// Of random pipelines beside a model, each played three times. All ten thousand, as the test has it by itself, take twenty-five minutes more.
const PIPELINES = process.env.TSPARK_PIPELINES ?? '1000'
// On a machine so slow that there is no more time for it, the last and longest step fails by name, and there is a last line all the same.
const END_MS = Date.now() + 57 * 60_000
const CASES = ['../shared/conformance/cases.json', 'test/conformance/cases.json'].find(file => existsSync(join(ROOT, file)))

/** A step gives { passed, failed, skipped }; it is skipped, by name, where `unless` says why. */
const STEPS = [
  { name: 'npm ci', run: () => command('npm', ['ci', '--no-audit', '--no-fund']) },
  { name: 'npm run build', run: () => command('npm', ['run', 'build']) },
  { name: `npm test (Node ${process.versions.node})`, run: () => vitest(process.execPath, 'test/vitest.config.ts') },
  ...OTHER_NODES.filter(version => version !== process.versions.node).map(version => ({
    name: `the same tests on Node ${version}`, run: () => vitest(nodeOf(version), 'test/vitest.config.ts'),
  })),
  { name: 'Spark from PyPI', unless: runs('java', '-version') ? undefined : 'there is no Java', run: installSparks },
  { name: 'YARN from Maven Central', unless: runs('mvn', '--version') ? undefined : 'there is no mvn', run: installYarn },
  { name: 'conformance', unless: CASES ? undefined : 'no cases.json', run: () => conformance(CASES) },
  ...SPARKS.map(version => ({ name: `conformance on Spark ${version}`, unless: CASES ? undefined : 'no cases.json', run: () => conformanceOnSpark(CASES, version) })),
  { name: 'slow tests and the package', run: () => vitest(process.execPath, 'test/ci/vitest.config.ts', { TSPARK_PIPELINES: PIPELINES }) },
]

const total = { passed: 0, failed: 0, skipped: 0 }
rmSync(CACHE, { recursive: true, force: true })
mkdirSync(CACHE, { recursive: true })
for (const step of STEPS) add(step.unless ? skip(step) : timed(step))
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed ? 1 : 0

function add(result) { for (const key of Object.keys(total)) total[key] += result[key] ?? 0 }

function skip({ name, unless }) {
  console.log(`— ${name}: skipped (${unless})`)
  return { skipped: 1 }
}

function timed({ name, run }) {
  console.log(`— ${name}`)
  const startMs = Date.now()
  const result = attempt(run)
  console.log(`— ${name}: ${result.passed ?? 0} passed, ${result.failed ?? 0} failed in ${((Date.now() - startMs) / 1000).toFixed(0)} s`)
  return result
}

function attempt(run) {
  try { return run() } catch (error) {
    console.error(error)
    return { failed: 1 }
  }
}

/** One command is one test: it passes by its exit code. */
function command(file, args, options = {}) {
  const { status } = spawnSync(file, args, { cwd: ROOT, stdio: 'inherit', ...options })
  return status === 0 ? { passed: 1 } : { failed: 1 }
}

function vitest(node, config, more = {}) {
  const report = join(CACHE, `${Date.now()}.json`)
  const env = { ...process.env, ...more, PATH: `${dirname(node)}:${process.env.PATH}` }
  const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { cwd: ROOT, stdio: 'inherit', env, timeout: END_MS - Date.now(), killSignal: 'SIGKILL' })
  if (!existsSync(report)) return { failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
  // An error outside any test (a file that cannot be loaded, an unhandled rejection) shows only in the exit code.
  return { passed: numPassedTests, failed: numFailedTests || (status === 0 ? 0 : 1), skipped: numPendingTests + numTodoTests }
}

function runs(...words) { return spawnSync(words[0], words.slice(1), { stdio: 'ignore' }).status === 0 }

function sparkHome(version) { return join(ROOT, '.cache', 'spark', version, 'pyspark') }

/** Only the jars are wanted: no Python runs. */
function installSparks() {
  const missing = SPARKS.filter(version => !existsSync(sparkHome(version)))
  if (missing.length > 0 && !runs('python3', '-m', 'pip', '--version')) return { skipped: 1 }
  const results = missing.map(version => command('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', dirname(sparkHome(version)), `pyspark==${version}`]))
  return { passed: SPARKS.length - results.filter(({ failed }) => failed).length, failed: results.filter(({ failed }) => failed).length }
}

/** The versions are those of the pom. */
function installYarn() {
  const [jars, making] = ['jars', 'making'].map(name => join(ROOT, '.cache', 'yarn', name))
  if (existsSync(jars)) return { passed: 1 }
  rmSync(making, { recursive: true, force: true })
  const result = command('mvn', ['--batch-mode', '--quiet', '-f', 'test/support/mini-yarn/pom.xml', 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies', `-DoutputDirectory=${making}`])
  if (result.passed) renameSync(making, jars)
  return result
}

function conformanceOnSpark(cases, version) {
  if (!existsSync(sparkHome(version)) || !runs('java', '-version')) return { skipped: 1 }
  return conformance(cases, ['--engine', 'spark'], { SPARK_HOME: sparkHome(version) })
}

function conformance(cases, flags = [], env = {}) {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'conformance', '--', cases, ...flags], { cwd: ROOT, encoding: 'utf8', stdio: ['inherit', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  console.log(stdout)
  const [, passed, failed, skipped] = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(stdout) ?? []
  if (passed === undefined) return { failed: 1 }
  return { passed: Number(passed), failed: Number(failed) || (status === 0 ? 0 : 1), skipped: Number(skipped ?? 0) }
}

/** The executable of that Node, installed once. */
function nodeOf(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const dir = join(ROOT, '.cache', `node-${version}`)
  const node = join(dir, 'node_modules', name, 'bin', 'node')
  if (existsSync(node)) return node
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{ "private": true }')
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', `${name}@${version}`], { cwd: dir, stdio: 'inherit' })
  if (status !== 0 || !existsSync(node)) throw new Error(`Node ${version} could not be installed from npm`)
  return node
}

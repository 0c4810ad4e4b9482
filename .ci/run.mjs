/**
 * Installs, builds and tests on each supported Node, then runs the slow tests, the package as others install it among them. Each
 * step is a row; the last line sums them up, and the exit code says whether all passed.
 *
 * Other Nodes come from npm (their packages by platform, which need no install script), pinned, kept under .cache/.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const CACHE = join(ROOT, '.cache', 'ci')
const OTHER_NODES = ['20.20.2', '22.23.3', '24.21.0']
const CASES = ['../shared/conformance/cases.json', 'test/conformance/cases.json'].find(file => existsSync(join(ROOT, file)))

/** A step gives { passed, failed, skipped }; it is skipped, by name, where `unless` says why. */
const STEPS = [
  { name: 'npm ci', run: () => command('npm', ['ci', '--no-audit', '--no-fund']) },
  { name: 'npm run build', run: () => command('npm', ['run', 'build']) },
  { name: `npm test (Node ${process.versions.node})`, run: () => vitest(process.execPath, 'test/vitest.config.ts') },
  ...OTHER_NODES.filter(version => version !== process.versions.node).map(version => ({
    name: `the same tests on Node ${version}`, run: () => vitest(nodeOf(version), 'test/vitest.config.ts'),
  })),
  { name: 'slow tests and the package', run: () => vitest(process.execPath, 'test/ci/vitest.config.ts') },
  { name: 'conformance', unless: CASES ? undefined : 'no cases.json', run: () => conformance(CASES) },
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

function vitest(node, config) {
  const report = join(CACHE, `${Date.now()}.json`)
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
  const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { cwd: ROOT, stdio: 'inherit', env })
  if (!existsSync(report)) return { failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
  // An error outside any test (a file that cannot be loaded, an unhandled rejection) shows only in the exit code.
  return { passed: numPassedTests, failed: numFailedTests || (status === 0 ? 0 : 1), skipped: numPendingTests + numTodoTests }
}

function conformance(cases) {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'conformance', '--', cases], { cwd: ROOT, encoding: 'utf8', stdio: ['inherit', 'pipe', 'inherit'] })
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

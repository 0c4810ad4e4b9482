/**
 * npm run conformance -- FILE.json [--engine embedded]
 *
 * Runs every case of the file, prints each that fails with what was expected and what came, and ends with
 * `N passed, N failed, N skipped`.
 */
import { readFileSync } from 'node:fs'
import { SparkContext } from '#src/index.js'
import { runCase } from './cases.mjs'

const MASTERS = { embedded: 'local[2]' }

const args = process.argv.slice(2)
const at = args.indexOf('--engine')
const engine = at >= 0 ? args.splice(at, 2)[1] : 'embedded'
const [file] = args
if (!file || !(engine in MASTERS)) {
  console.error(file ? `no engine "${engine}": use ${Object.keys(MASTERS).join(' or ')}` : 'usage: npm run conformance -- FILE.json [--engine embedded]')
  process.exit(2)
}

const cases = JSON.parse(readFileSync(file, 'utf8'))
const sc = new SparkContext(MASTERS[engine], 'conformance')
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const conformanceCase of cases) {
  const { status, reason } = await runCase(conformanceCase, sc)
  counts[status]++
  if (status !== 'passed') console.log(`${status} ${conformanceCase.id}: ${reason}`)
}
await sc.stop()
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed ? 1 : 0)

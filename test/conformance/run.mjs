/**
 * npm run conformance -- FILE.json [--engine embedded|spark]
 *
 * Runs every case of the file, prints each that fails with what was expected and what came, and ends with
 * `N passed, N failed, N skipped`. Spark is the one that SPARK_HOME names, or the pyspark that Python has.
 */
import { readFileSync } from 'node:fs'
import { SparkConf, SparkContext } from '#src/index.js'
import { runCase } from './cases.mjs'

const ENGINES = ['embedded', 'spark']

const args = process.argv.slice(2)
const at = args.indexOf('--engine')
const engine = at >= 0 ? args.splice(at, 2)[1] : 'embedded'
const [file] = args
if (!file || !ENGINES.includes(engine)) {
  console.error(file ? `no engine "${engine}": use ${ENGINES.join(' or ')}` : 'usage: npm run conformance -- FILE.json [--engine embedded|spark]')
  process.exit(2)
}

const cases = JSON.parse(readFileSync(file, 'utf8'))
const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', engine), 'conformance')
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const conformanceCase of cases) {
  const { status, reason } = await runCase(conformanceCase, sc)
  counts[status]++
  if (status !== 'passed') console.log(`${status} ${conformanceCase.id}: ${reason}`)
}
await sc.stop()
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed ? 1 : 0)

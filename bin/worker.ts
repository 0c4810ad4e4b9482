/**
 * tspark-worker: what Spark's executors start in the place of Python, as `tspark-worker -m pyspark.daemon`; the daemon then starts
 * itself again with --child for each worker.
 */
import { fileURLToPath } from 'node:url'
import '../src/loader/executor.js'
import { serve } from '../src/engine/spark/worker/daemon.js'

const [flag, module] = process.argv.slice(2)

if (flag === '--child') {
  const { workOn } = await import('../src/engine/spark/worker/task-loop.js')
  await workOn(0, process.env)
  process.exit(0)
} else if (flag === '-m' && module?.endsWith('daemon')) {
  serve([fileURLToPath(new URL('../../bin/tspark-worker.cjs', import.meta.url)), '--child'], process.env)
} else {
  console.error('tspark-worker is started by Spark (as its spark.pyspark.python): it does nothing by itself')
  process.exit(1)
}

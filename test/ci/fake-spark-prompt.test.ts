/** Whatever is wrong with a Spark: the prompt says it in a sentence with its code, and answers the next line. */
import { afterAll, expect, test } from 'vitest'
import { fakeSpark } from '../support/fake-spark.ts'
import { Pty, SHELL } from '../support/pty.ts'

const fake = fakeSpark()
const old = fakeSpark({ spark: '3.3.1' })
afterAll(() => { for (const each of [fake, old]) each.remove() })

// Long enough for a machine that is busy.
const LIMIT_MS = 45_000

const HERE = '--engine spark --master local:2'

const ROWS: readonly (readonly [string, { readonly flags?: string; readonly env?: Record<string, string> }, code: string, sentence: string])[] = [
  ['a wrong SPARK_HOME', { env: { SPARK_HOME: '/nowhere' } }, 'SPARK_HOME_INVALID', 'SPARK_HOME is /nowhere, and there is no Spark'],
  ['an old Spark', { env: { SPARK_HOME: old.home } }, 'SPARK_VERSION_UNSUPPORTED', 'Spark 3.3.1'],
  ['no Java', { env: { JAVA_HOME: '/nowhere' } }, 'JAVA_NOT_FOUND', 'JAVA_HOME is /nowhere'],
  ['no master', { flags: '--master spark://127.0.0.1:1' }, 'MASTER_UNREACHABLE', 'no Spark master answers at spark://127.0.0.1:1'],
  ['a wrong secret', { env: { FAKE_SPARK: 'secret' } }, 'SPARK_GATEWAY_REFUSED', 'gateway refused us'],
  ['a port that is taken', { env: { FAKE_SPARK: 'port' } }, 'SPARK_PORT_TAKEN', 'cannot listen for sparkDriver: Address already in use'],
  ['no worker', { flags: `${HERE} --conf spark.tspark.worker=/nowhere/tspark-worker.cjs` }, 'WORKER_NOT_STARTED', 'cannot start /nowhere/tspark-worker.cjs'],
]

test.each(ROWS)('%s', async (_, { flags = HERE, env = {} }, code, sentence) => {
  const pty = new Pty(`${SHELL} ${flags}`, { columns: 160, rows: 40, env: { SPARK_HOME: fake.home, JAVA_HOME: fake.javaHome, ...env } })
  try {
    await pty.until(/ts>$/, LIMIT_MS)
    pty.write('sc.parallelize([1, 2]).count()\r')
    await pty.until(code, LIMIT_MS)
    expect(pty.text).toContain(sentence)
    expect(pty.text).toMatch(/fix: \S/)
    pty.write('40 + 2\r')
    await pty.until(/^number = 42$/m, LIMIT_MS)
    pty.write('\x04')
    expect(await pty.ended()).toBe(0)
  } finally { pty.kill() }
})

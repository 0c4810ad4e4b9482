/**
 * Clusters whose machines have Spark and Node, and nothing else: the driver's tspark, its program, packages and cache lie where the workers of
 * a standalone master see empty directories.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { AnotherHome, COUNTS } from '../support/another-home.ts'
import { elsewhere, lacksElsewhere, type Hidden } from '../support/another-machine.ts'
import { Cluster, SPARKS } from '../support/real-spark.ts'

const home = new AnotherHome()
const results = mkdtempSync(join(tmpdir(), 'tspark-results-'))
afterAll(() => {
  home.remove()
  rmSync(results, { recursive: true, force: true })
})
const lack = lacksElsewhere ? ` (skipped: ${lacksElsewhere})` : ''

describe.each(SPARKS)('$name, other machines', ({ version, skip }) => {
  const result = join(results, version)
  const on = async (hidden: Hidden, work: (master: string) => Promise<void>): Promise<void> => {
    const cluster = await Cluster.start(version, 2, {}, elsewhere(hidden))
    try { await work(cluster.master) } finally { await cluster.stop() }
  }

  test.skipIf(skip || lacksElsewhere)(`with Node: tspark, the program's modules and their packages are sent${lack}`, () => on(home.hidden, async master => {
    expect(await home.submit(version, ['--master', master], result)).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({ counts: COUNTS, place: { node: process.execPath, seen: false }, driverSeen: true })
  }))

  // One version is enough: a start takes its time, and both say the same.
  if (version === SPARKS[0]!.version) test.skipIf(skip || lacksElsewhere)(`without Node: it is said, and with ship=node it is sent too${lack}`, () => on({ ...home.hidden, programs: [process.execPath] }, async master => {
    expect(await home.submit(version, ['--master', master], result)).toMatchObject({ code: 1, stderr: expect.stringContaining('SparkError [WORKER_NODE]') as string })
    expect(await home.submit(version, ['--master', master, '--conf', 'spark.tspark.ship=node'], result)).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({ counts: COUNTS, place: { node: expect.stringMatching(/tspark-node\/bin\/node$/) as string, seen: false }, driverSeen: true })
  }))
})

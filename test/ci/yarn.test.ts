/**
 * A real YARN (ResourceManager and NodeManager on loopback) with the driver beside it, and with the driver in it: its machine has Spark and Node
 * and sees nothing else of the driver's.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AnotherHome, COUNTS } from '../support/another-home.ts'
import { elsewhere, lacksElsewhere } from '../support/another-machine.ts'
import { lacksYarn, MiniYarn } from '../support/mini-yarn.ts'
import { homeOf, SPARKS } from '../support/real-spark.ts'

const lack = lacksYarn ?? lacksElsewhere

describe.skipIf(lack)(`YARN${lack ? ` (skipped: ${lack})` : ''}`, () => {
  const results = mkdtempSync(join(tmpdir(), 'tspark-results-'))
  let home: AnotherHome
  let yarn: MiniYarn
  beforeAll(async () => {
    home = new AnotherHome()
    yarn = await MiniYarn.start(elsewhere(home.hidden))
  })
  afterAll(async () => {
    await yarn?.stop()
    home?.remove()
    rmSync(results, { recursive: true, force: true })
  })

  const flags = (version: string): string[] => ['--master', 'yarn', '--num-executors', '1', ...[
    `spark.yarn.jars=local:${homeOf(version)}/jars/*`, 'spark.yarn.am.memory=512m', 'spark.driver.host=127.0.0.1', 'spark.driver.bindAddress=127.0.0.1',
    'spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1', 'spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1',
  ].flatMap(setting => ['--conf', setting])]

  describe.each(SPARKS)('$name', ({ version, skip }) => {
    test.skipIf(skip).each([['client', true], ['cluster', false]])('deploy mode %s', async (mode, driverSeen) => {
      const result = join(results, `${version}-${mode}`)
      expect(await home.submit(version, [...flags(version), '--deploy-mode', mode], result, { HADOOP_CONF_DIR: yarn.directory })).toMatchObject({ code: 0 })
      expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({ counts: COUNTS, place: { node: process.execPath, seen: false }, driverSeen })
    })
  })
})

/** What a figure means little without: the machine, its versions, and how busy others kept it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform } from 'node:os'
import { versions } from './rivals/install.mjs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

export const machine = () => ({
  date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  platform: platform(),
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  node: process.versions.node,
  java: javaVersion(),
  tspark: version,
  ...versions,
})

/** Processes that wanted a core in the last minute, on average. */
export const load = () => Number(loadavg()[0].toFixed(1))

function javaVersion() {
  const { stderr = '' } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  return /"([^"]+)"/.exec(stderr ?? '')?.[1] ?? 'none'
}

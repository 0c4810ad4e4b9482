/**
 * One program of a shape, opened: plays when asked. Where a play gives no time of its own, the whole play is timed: wall time, and the CPU time of
 * this process with all its threads.
 */
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

/** @param packages  a directory from which a program may load packages */
export async function openProgram(file, name, size, packages = process.cwd()) {
  const require = createRequire(`${packages}/`)
  const { programs } = await import(pathToFileURL(file).href)
  const program = await programs[name](size, wanted => import(pathToFileURL(require.resolve(wanted)).href))
  return { play: argument => timed(program, argument), close: () => program.close?.() }
}

async function timed(program, argument) {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()]
  const facts = await program.play(argument)
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(startCpu)
  return { ms, cpuMs: (user + system) / 1000, ...facts }
}

/**
 * The other end of a Session in Node: `node node-session.mjs SHAPE PROGRAM SIZE [PACKAGES]` opens one program of a shape and plays it whenever asked.
 *
 * A program is `async (size, packages) => ({ play(argument), close?() })`. Where a play gives no time of its own, the whole play is
 * timed: wall time, and the CPU time of this process with all its threads.
 */
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const LEAVING_MS = 5000
const [shapeFile, programName, size, packages = process.cwd()] = process.argv.slice(2)
const answer = facts => process.stdout.write(`@@ ${JSON.stringify(facts)}\n`)
const require = createRequire(`${packages}/`)
const load = name => import(pathToFileURL(require.resolve(name)).href)

const { programs } = await import(pathToFileURL(shapeFile).href)
const program = await programs[programName](JSON.parse(size), load)
answer({ ready: true })
process.stdin.on('end', () => setTimeout(process.exit, LEAVING_MS, 1).unref()) // also from a play that never ends

for await (const line of createInterface({ input: process.stdin })) {
  try { answer(await timed(JSON.parse(line))) } catch (error) { answer({ error: error.stack ?? String(error) }) }
}
await program.close?.()
process.exit(0) // what a program left running has no say here

async function timed(argument) {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()]
  const facts = await program.play(argument)
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(startCpu)
  return { ms, cpuMs: (user + system) / 1000, ...facts }
}

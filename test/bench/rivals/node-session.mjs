/**
 * The other end of a Session in Node: `node node-session.mjs SHAPE PROGRAM SIZE [PACKAGES]` opens one program of a shape and plays it whenever
 * a line asks.
 */
import { createInterface } from 'node:readline'
import { openProgram } from './player.mjs'

const LEAVING_MS = 5000
const [file, name, size, packages] = process.argv.slice(2)
const answer = facts => process.stdout.write(`@@ ${JSON.stringify(facts)}\n`)

const program = await openProgram(file, name, JSON.parse(size), packages)
answer({ ready: true })
process.stdin.on('end', () => setTimeout(process.exit, LEAVING_MS, 1).unref()) // also from a play that never ends

for await (const line of createInterface({ input: process.stdin })) {
  try { answer(await program.play(JSON.parse(line))) } catch (error) { answer({ error: error.stack ?? String(error) }) }
}
await program.close()
process.exit(0) // what a program left running has no say here

/**
 * `npm run bench [-- flags] [shapes]`: the product beside its rivals, honestly. Every contender has a process of its own and they play in turn,
 * round by round, warm; printed are medians, minima, and ratios to the rivals that a shape names. docs/benchmarks.md says how each is measured.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { machine } from './machine.mjs'
import { help, options } from './options.mjs'
import { print, write } from './report.mjs'
import { play } from './rounds.mjs'
import { loadAll, SHAPES } from './shapes.mjs'

const chosen = understood()
const shapes = await loadAll()
if (chosen.help) console.log(`${help()}\n\n${list()}`)
else if (chosen.list) console.log(list())
else await run()
process.exit() // whatever a rival left running

async function run() {
  const found = chosen.from ? JSON.parse(readFileSync(chosen.from, 'utf8')) : await measure()
  if (chosen.from) for (const finding of found.shapes) print(shapeOf(finding.name), finding)
  if (chosen.json) writeFileSync(chosen.json, JSON.stringify(found, null, 2))
  if (chosen.write) write(shapes, found)
}

async function measure() {
  const found = { machine: machine(), shapes: [] }
  for (const { name } of wanted()) {
    const finding = await play(shapeOf(name), { ...chosen, say })
    say('')
    print(shapeOf(name), finding)
    found.shapes.push(finding)
  }
  return found
}

function wanted() {
  if (chosen.names.length > 0) return chosen.names.map(shapeOf)
  return shapes.filter(({ light }) => light || chosen.all)
}

function shapeOf(name) { return shapes.find(shape => shape.name === name) }

function list() {
  const rows = shapes.map(({ name, what, minutes, light }) => `  ${name.padEnd(15)} ${`${minutes} min`.padStart(6)}${light ? ' *' : '  '} ${what}`)
  return ['Shapes, and about how long each takes at full size on two cores (*: played when none is named):', ...rows].join('\n')
}

/** What is going on, on one line of a terminal. */
function say(text) { if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`) }

function understood() {
  try { return options(process.argv.slice(2), SHAPES) } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}

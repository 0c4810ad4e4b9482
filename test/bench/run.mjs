/**
 * `npm run bench [-- names…] [-- --rounds 7]`: the product beside its rivals, honestly. Each bench runs all its contenders in one
 * process, round by round and in turn, after a warm-up; printed are the minimum, the median, and the ratio of medians to
 * the bench's first rival, or to the one that `beside` names (with `costs`: processor time, and how much more it is). To add one: a file that exports `bench`, and a line in the table.
 */
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

/** name → the module that exports `bench: { what, once?, setup(): Promise<{ contenders, work?, beside?, close() }> }`. */
const BENCHES = {
  wordcount: './word-count.mjs',
  prompt: './prompt.mjs',
  keys: './keys.mjs',
  scale: './scale.mjs',
  latency: './latency.mjs',
  overload: './overload.mjs',
  state: './state.mjs',
}

const { names, rounds } = options(process.argv.slice(2))
console.log(`node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds`)
for (const name of names) await run(name)

async function run(name) {
  const { bench } = await import(BENCHES[name])
  console.log(`\n${name}: ${bench.what}`)
  const { contenders, work, beside, close } = await bench.setup()
  if (bench.once) return once(contenders, close)
  const times = new Map(Object.keys(contenders).map(contender => [contender, []]))
  for (const turns of bench.costs ? pairs(contenders) : [Object.entries(contenders)]) for (let round = bench.costs ? -3 : -1; round < rounds; round++)
    for (const [contender, play] of turns) {
      const took = bench.costs ? cpu() : elapsed()
      await play()
      if (round >= 0) times.get(contender).push(took()) // those below 0 warm up
    }
  report(times, work, beside, bench.costs)
  await close?.()
}

/** Each with twice as much, and in turn; what others leave to the garbage collector is cleared before. */
function pairs(contenders) {
  const all = Object.entries(contenders)
  return Array.from({ length: all.length / 2 }, (_, i) => all.slice(2 * i, 2 * i + 2))
}

function elapsed() {
  const start = performance.now()
  return () => performance.now() - start
}

/** Of all threads of the process: what others do on the machine is not counted. */
function cpu() {
  const start = process.cpuUsage()
  return () => { const { user, system } = process.cpuUsage(start); return (user + system) / 1000 }
}

/** Benches of memory: each contender plays once, in order, and says what it took. */
async function once(contenders, close) {
  for (const [contender, play] of Object.entries(contenders)) {
    const start = performance.now()
    console.log(`  ${contender.padEnd(34)} ${await play()}, ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
  await close()
}

function report(times, work, beside = {}, costs = false) {
  const [first] = times.keys()
  for (const [contender, all] of times) {
    const [min, middle] = [Math.min(...all), median(all)]
    const rival = median(times.get(beside[contender] ?? first))
    const rate = work ? `  ${(work.amount / middle / 1000).toFixed(2).padStart(7)} million ${work.unit}/s` : ''
    console.log(`  ${contender.padEnd(34)} min ${ms(min)}  median ${ms(middle)}${rate}  ${(costs ? middle / rival : rival / middle).toFixed(2).padStart(5)}x`)
  }
}

function ms(value) { return `${value.toFixed(1).padStart(8)} ms` }

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function options(args) {
  const at = args.indexOf('--rounds')
  const rounds = at >= 0 ? Number(args.splice(at, 2)[1]) : 5
  const unknown = args.find(name => !(name in BENCHES))
  if (unknown || !(rounds > 0)) {
    console.error(unknown ? `no bench is called ${unknown}; there are: ${Object.keys(BENCHES).join(', ')}` : '--rounds needs a number')
    process.exit(1)
  }
  return { names: args.length ? args : Object.keys(BENCHES), rounds }
}

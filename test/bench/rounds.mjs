/**
 * Plays a shape: opens a session per contender, then round by round each of them in turn, so that what disturbs the machine disturbs all, and
 * a ratio is always of two plays that were neighbours. Contenders whose results differ are an error: then one of them did other work.
 */
import { load } from './machine.mjs'
import { Unavailable } from './rivals/install.mjs'
import { open } from './rivals/kinds.mjs'

/** → { name, what, size, rounds, contenders: { name: { plays: [{ figure: number }], amount } }, skipped: { name: why }, load: [before, after] } */
export async function play(shape, { size: sizeName, rounds = shape.rounds ?? 5, without, cache, here, say }) {
  const size = { ...shape.sizes[sizeName], ...await shape.prepare?.(shape.sizes[sizeName], { cache }) }
  const context = { file: shape.file, size, cache, here: here && !shape.reads }
  const equipment = await shape.equipment?.(size)
  const before = load()
  const { sessions, skipped } = openAll(shape, without, context)
  const contenders = Object.fromEntries(Object.keys(sessions).map(name => [name, { plays: [] }]))
  const results = new Map()
  try {
    for (let round = 1 - (shape.warmUps ?? 1); round <= rounds; round++)
      for (const [name, { session, argument, atMost }] of Object.entries(sessions)) {
        if (round > atMost || (round < 1 && atMost < rounds)) continue
        say(`${shape.name}: ${round < 1 ? 'warming up' : `round ${round}`}, ${name}`)
        const answer = await one(shape, name, session, { size, equipment, argument })
        agree(results, shape, name, answer.result)
        if (round >= 1) note(contenders[name], answer)
      }
  } finally {
    await Promise.all([...new Set(Object.values(sessions).map(({ session }) => session))].map(session => session.close()))
    await equipment?.close?.()
  }
  return { name: shape.name, what: shape.what, size, rounds, contenders, skipped, load: [before, load()] }
}

/** Contenders that differ only in what they are asked share a session. */
function openAll(shape, without, context) {
  const [sessions, skipped, opened] = [{}, {}, new Map()]
  for (const [name, contender] of Object.entries(shape.contenders)) {
    if (without.some(word => isNamed(name, word))) continue
    try {
      const key = JSON.stringify({ ...contender, ask: undefined })
      if (!opened.has(key)) opened.set(key, (shape.open ?? open)(contender, context))
      sessions[name] = { session: opened.get(key), argument: contender.ask, atMost: contender.rounds ?? Infinity }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      skipped[name] = error.message
    }
  }
  return { sessions, skipped }
}

/** `spark` leaves out `Spark (Scala)` and not `tspark`. */
const isNamed = (name, word) => name.toLowerCase().startsWith(word)

async function one({ round, name }, contender, session, context) {
  try { return await (round ? round(session, context) : session.ask(context.argument)) } catch (error) {
    throw new Error(`${name}: ${contender}: ${error.message}`)
  }
}

function agree(results, shape, name, result) {
  const text = JSON.stringify(result)
  const [other] = results.keys()
  results.set(name, text)
  if (other !== undefined && results.get(other) !== text) throw new Error(`${shape.name}: ${name} found ${text}, ${other} ${results.get(other)}`)
}

function note(contender, { result, amount, ...figures }) {
  contender.plays.push(figures)
  contender.amount = amount
}

/**
 * What one line at the prompt costs, checked, run and answered, when ten lines came before it and when three hundred did: the two must not
 * differ. Both compilers have seen equally many lines, so that neither is warmer.
 */
import { declarations } from '#prelude/names.js'
import { Session } from '#src/repl/session.js'
import * as tspark from 'tspark'
import { lineAfter, lineAt } from './session-lines.mjs'

export const shape = {
  what: 'a line at the prompt, early and late in a session',
  minutes: 2,
  light: true,
  rounds: 15,
  sizes: { full: { early: 10, late: 300 }, small: { early: 10, late: 100 }, tiny: { early: 10, late: 15 } },
  figures: { ms: { title: 'time', unit: 'ms' } },
  contenders: { 'early': { program: 'early' }, 'late': { program: 'late' } },
  rivals: ['early'],
}

export const programs = {
  early: async ({ early, late }) => {
    const session = await sessionOf(early, 1)
    for (let entered = early; entered < late; entered++) await enter(session, early)
    return { play: () => enter(session, early), close: () => session.close() }
  },
  late: async ({ late }) => {
    const session = await sessionOf(late, 1000)
    return { play: () => enter(session, late), close: () => session.close() }
  },
}

/** A session in which four lines of five declared something. */
async function sessionOf(lines, firstLine) {
  const sc = new tspark.SparkContext(new tspark.SparkConf().setMaster('local[1]').setAppName('bench'))
  const session = new Session({ firstLine, locale: 'en', prelude: { values: { ...tspark, sc }, declarations: declarations() } })
  await session.ready
  for (let at = 0; at < lines; at++) await entered(session, lineAt(at))
  return session
}

const enter = (session, lines) => entered(session, lineAfter(lines))

async function entered(session, text) {
  const outcome = await session.evaluate(text)
  if (outcome.kind !== 'done') throw new Error(`${text}: ${JSON.stringify(outcome.diagnostics ?? String(outcome.error))}`)
  return {}
}

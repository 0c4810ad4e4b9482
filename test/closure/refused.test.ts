/** What cannot travel is refused before anything runs: by a code, by the variable's name, by file and line, with a fix. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { capture, captureValue } from '#src/closure/capture.js'
import { ERRORS, SparkError } from '#src/core/errors.js'
import { RDD } from '#src/api/rdd.js'
import { fnRef, type FnRef } from '#src/plan/fn-ref.js'
import type { Derive } from '#src/plan/rdd-plan.js'
import { REFUSED } from './fixtures/refused.mjs'

const FILE = fileURLToPath(new URL('./fixtures/refused.mjs', import.meta.url))
const LINES = readFileSync(FILE, 'utf8').split('\n')
const SITE = { file: 'prog.ts', line: 3, column: 1 }

function refusal(run: () => unknown): SparkError {
  try { run() } catch (error) { return error as SparkError }
  throw new Error('it was captured')
}

describe('refused', () => {
  test.each(REFUSED)('$what', ({ what, code, name, subject }) => {
    const error = refusal(() => capture([fnRef(subject, 'flatMap', SITE)]))
    const line = LINES.findIndex(text => text.startsWith(`  row('${what}'`)) + 1
    expect([error.constructor, error.code]).toEqual([SparkError, code])
    expect(error.message).toContain(`\`${name}\``)
    expect(error.message).toContain(`function at ${FILE}:${line}`)
    expect(error.message).toMatch(/\(in flatMap\)$|^flatMap was given/)
    expect([error.site?.file, error.site?.line]).toEqual([FILE, line])
    expect(error.fix).toMatch(/\w/)
  })

  test('every code of this room has a row here', () => {
    const codes = Object.keys(ERRORS).filter(code => code.startsWith('CLOSURE_'))
    const seen = new Set([...REFUSED.map(({ code }) => code), 'CLOSURE_CAPTURES_ARGUMENTS'])
    expect(codes.filter(code => !seen.has(code))).toEqual([])
  })
})

test.each([
  { what: 'sc', message: (at: string) => `the function at ${at} captures \`sc\`, which cannot leave the driver` },
  { what: 'helper', message: (at: string) => `the function at ${at} captures \`helper\`, which captures \`socket\`, a Socket` },
])('the sentence about $what', ({ what, message }) => {
  const rowOf = { sc: 'SparkContext', helper: 'a helper that captures a socket' }[what]
  const { subject } = REFUSED.find(row => row.what === rowOf)!
  const error = refusal(() => capture([fnRef(subject, 'map', SITE)]))
  expect(error.message.startsWith(message(`${FILE}:${error.site!.line}`))).toBe(true)
})

test('a function that is itself native or bound is refused at the place where the operator was called', () => {
  const bound = (() => 1).bind(null)
  expect(refusal(() => capture([fnRef(bound, 'map', SITE)])).message).toMatch(/^map at prog\.ts:3 was given `bound `, a bound function/)
})

test('the wrapping of an operator is not mentioned', () => {
  const keyBy = (f: unknown): FnRef => RDD.prototype.keyBy.call({ derive: (derive: Derive) => derive({ numPartitions: 1 } as never) } as never, f as never) as never
  const { subject } = REFUSED.find(({ what }) => what === 'a socket')!
  const { subject: usingThis } = REFUSED.find(({ what }) => what === 'a this from outside')!
  const messageOf = (f: unknown): string => refusal(() => capture([(keyBy(f) as never as { f: FnRef }).f])).message
  expect(messageOf(subject)).toMatch(/^the function at .*refused\.mjs:\d+ captures `socket`, a Socket.* \(in keyBy\)$/)
  expect(messageOf(usingThis)).toMatch(/^keyBy was given the function at .*refused\.mjs:\d+, which uses `this`/)
  expect(messageOf(subject.bind(null))).toMatch(/^keyBy at .*refused\.test\.ts:\d+ was given `bound `, a bound function/)
})

test('a value is refused by the name it is given', () => {
  function args(..._: unknown[]): unknown { return arguments }
  expect(refusal(() => captureValue({ db: [Promise.resolve()] }, 'broadcast')).message).toMatch(/^`broadcast\.db\[0\]`, a promise/)
  expect(refusal(() => captureValue(args(1), 'row')).code).toBe('CLOSURE_CAPTURES_ARGUMENTS')
})

test('names from data cannot command the terminal', () => {
  const error = refusal(() => captureValue({ '\u001b[2Jx': Promise.resolve() }, 'row'))
  expect(error.message).not.toContain('\u001b')
})

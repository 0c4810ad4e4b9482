/** Every error has its section in docs/errors.md, with why it is one and how to mend it; no section is left behind. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERRORS, SparkError } from '#src/core/errors.js'
import type { ErrorCode } from '#src/core/errors.js'
import { ROOT } from './support/programs.js'

const codes = Object.keys(ERRORS) as ErrorCode[]
const sections = new Map(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').split(/^## /m).slice(1).map(text => {
  const [title, ...body] = text.split('\n')
  return [title!, body.join('\n')] as const
}))

describe('docs/errors.md', () => {
  test('has a section for each code', () => { expect(codes.filter(code => !sections.has(code))).toEqual([]) })
  test('has no section without a code', () => { expect([...sections.keys()].filter(title => !(title in ERRORS))).toEqual([]) })
  test('says in each why, and how to mend it', () => {
    expect([...sections].filter(([, body]) => !/^\n[A-Z`][^]{30,}\*\*Mend it:\*\* \S/.test(body)).map(([title]) => title)).toEqual([])
  })
})

describe('each row', () => {
  // A parameter that a row forgets to fill would read "undefined"; each is a visible mark here.
  const marks = new Proxy({}, { get: (_target, name) => `<${String(name)}>`, has: () => true }) as Record<string, string>

  test.each(codes)('%s says what happened, and the fix', code => {
    const error = new SparkError(code, marks)
    expect([error.message, error.fix].filter(text => text.trim().length < 3 || /undefined|NaN|\[object/.test(text))).toEqual([])
    expect(String(error)).toBe(`SparkError [${code}]: ${error.message}\n  fix: ${error.fix}`)
  })
})

/**
 * `line.toLowerCase().split(" ")` is splitting first and changing the case of each part, where the separators are neither made nor
 * unmade by it and no letter looks past them: Greek Σ becomes ς at the end of a word, and sees through apostrophes, full stops and
 * other "case-ignorable" characters to find out (Unicode 15, section 3.13).
 */
import type { Doubt, TextOp } from './cut.js'
import { isTrim, type Parts } from './line-form.js'
import type { Separator } from './separator.js'

/** The parts of a line to which `ops` were done before; undefined where the order matters. */
export function caseSplit(by: Separator, ops: readonly TextOp[]): Parts | undefined {
  const trims = ops.filter(isTrim)
  const cases = ops.filter(op => !isTrim(op))
  const parts = (at: Separator, doubt: Doubt): Parts => ({ kind: 'parts', by: at, doubt, trims, cases, then: false })
  if (cases.length === 0) return parts(by, 'none')
  if (by.kind !== 'class') return [...by.kind === 'byte' ? [by.byte] : by.bytes].every(isCaseless) ? parts(by, 'none') : undefined
  if (by.others !== 'all') return members(by.ascii).every(isCaseless) ? parts(by, by.others === 'spaces' ? 'mark' : 'none') : undefined
  return cases.every(op => op === 'toLowerCase') ? parts({ ...by, ascii: by.ascii.map((_, code) => by.ascii[lower(code)]!) }, 'kelvin') : undefined
}

const members = (ascii: Uint8Array): number[] => [...ascii.keys()].filter(code => ascii[code])
const isCaseless = (code: number): boolean => code < 0x80 && !/[\p{Cased}\p{Case_Ignorable}]/u.test(String.fromCharCode(code))
const lower = (code: number): number => String.fromCharCode(code).toLowerCase().charCodeAt(0)

/**
 * The text of a loop over a run of rows: the steps of a chain one inside the other, and what becomes of the rows at the end.
 *
 * It takes the names of steps and of an ending, out of the two tables below, and gives JavaScript. Nothing else ever enters the text:
 * functions, records and errors' places are parameters. Each step catches only what its own function throws, and so knows operator and
 * record at no cost per record.
 *
 * In the text: rK is the row that reaches step K, fK its function, aK its place (At); h helps with what goes wrong (loop-help.ts); s is the
 * ending's state, g and c its functions, b its place.
 */
import type { NarrowOp } from '../../plan/rdd-plan.js'

export type LoopOp = Extract<NarrowOp, 'map' | 'filter' | 'flatMap' | 'mapValues' | 'flatMapValues'>
export type EndingKind = 'push' | 'count' | 'foreach' | 'fold' | 'combineValues' | 'combineCombiners'
/** rows: anything with an index. counted: whole numbers from `rows.first`, `rows.step` apart, all of them below COUNTED. */
export type LeafKind = 'rows' | 'counted'

/** The body of `(F0, A0, …, H, S, G, C, B)`, which gives `(rows, from, to)`. */
export function loopText(leaf: LeafKind, ops: readonly LoopOp[], ending: EndingKind): string {
  const loops = ENDINGS[ending].map(({ when, before = '', each, after = '' }) => `if (${when ?? 'true'}) {
${before}
${LEAVES[leaf](ops.reduceRight((rest, op, k) => STEPS[op](k, rest), each(`r${ops.length}`)))}
${after}
return
}`)
  const names = loopParameters(ops)
  return `'use strict'
return function loop(rows, from, to) {
const ${names.map(name => `${name.toLowerCase()} = ${name}`).join()}
${loops.join('\n')}
}`
}

// They become constants of each run: V8 then looks once whether they are the functions it knows, and not at each row.
export const loopParameters = (ops: readonly LoopOp[]): string[] => [...ops.flatMap((_, k) => [`F${k}`, `A${k}`]), 'H', 'S', 'G', 'C', 'B']

/** Numbers that are counted end below this. */
export const COUNTED = 2 ** 30

const LEAVES: Readonly<Record<LeafKind, (body: string) => string>> = {
  rows: body => `for (let at = from; at < to; at++) {
const r0 = rows[at]
${body}
}`,
  // The mask changes nothing; from it V8 knows that numbers are whole and not below 0, and leaves out what would be done about that.
  counted: body => `const step = rows.step & ${COUNTED - 1}
let next = (rows.first + from * step) & ${COUNTED - 1}
for (let at = from; at < to; at++) {
const r0 = next
next = (next + step) & ${COUNTED - 1}
${body}
}`,
}

const called = (k: number, out: string, argument: string): string => `let ${out}
try { ${out} = f${k}(${argument}) } catch (error) { throw h.thrown(a${k}, r${k}, error) }`

const noPromise = (value: string, at: string, row: string): string => `if (typeof ${value} === 'object' && ${value} instanceof Promise) throw h.promised(${at}, ${row})`

const aPair = (at: string, row: string): string => `if (!Array.isArray(${row}) || ${row}.length !== 2) throw h.notAPair(${at}, ${row})`

/** Arrays are walked by index; other iterables give one item at a time, as arrays of one (h.items), so that no row is made too early. */
const eachItem = (k: number, out: string, rest: string): string => `let i${k}
if (!Array.isArray(o${k})) { i${k} = h.items(o${k}, a${k}, r${k}); o${k} = i${k}.next() }
try {
do {
for (let j${k} = 0; j${k} < o${k}.length; j${k}++) {
const r${k + 1} = ${out}
${rest}
}
} while (i${k} !== undefined && (o${k} = i${k}.next()).length > 0)
} catch (error) { throw i${k} === undefined ? error : i${k}.failed(error) }`

const STEPS: Readonly<Record<LoopOp, (k: number, rest: string) => string>> = {
  map: (k, rest) => `${called(k, `r${k + 1}`, `r${k}`)}
${noPromise(`r${k + 1}`, `a${k}`, `r${k}`)}
${rest}`,

  filter: (k, rest) => `${called(k, `k${k}`, `r${k}`)}
${noPromise(`k${k}`, `a${k}`, `r${k}`)}
if (!k${k}) continue
const r${k + 1} = r${k}
${rest}`,

  flatMap: (k, rest) => `${called(k, `o${k}`, `r${k}`)}
${eachItem(k, `o${k}[j${k}]`, rest)}`,

  mapValues: (k, rest) => `${aPair(`a${k}`, `r${k}`)}
${called(k, `v${k}`, `r${k}[1]`)}
${noPromise(`v${k}`, `a${k}`, `r${k}`)}
const r${k + 1} = [r${k}[0], v${k}]
${rest}`,

  flatMapValues: (k, rest) => `${aPair(`a${k}`, `r${k}`)}
const k${k} = r${k}[0]
${called(k, `o${k}`, `r${k}[1]`)}
${eachItem(k, `[k${k}, o${k}[j${k}]]`, rest)}`,
}

/** One loop for the whole ending, or several, of which the first takes the run whose `when` is true. */
interface EndingText { readonly when?: string; readonly before?: string; readonly each: (row: string) => string; readonly after?: string }

const combine = (created: (row: string) => string): EndingText => ({
  before: 'const table = s.table',
  each: row => `${aPair('b', row)}
let merged
try {
const entry = table.find(${row}[0])
if (entry !== undefined) merged = entry[1] = g(entry[1], ${row}[1])
else if (table.frozen) { table.later(${row}, 0); continue }
else merged = table.add(${row}[0], ${created(row)})
} catch (error) { throw h.thrown(b, ${row}, error) }
if (typeof merged === 'object' && merged !== null) {
if (merged instanceof Promise) throw h.promised(b, ${row})
table.grow(${row}[1])
}`,
})

/** What a fold has by now. */
export const NONE = 0, NUMBER = 1, OTHER = 2

const folded = (value: (row: string) => string) => (row: string): string => `let value
try { value = ${value(row)} } catch (error) { throw h.thrown(b, ${row}, error) }
if (typeof value === 'number') { number = +value; kind = ${NUMBER} }
else { other = value; kind = h.other(value, b, ${row}) }`

// Two loops, since one that begins with a number and always stays with numbers holds them in a register. h.other() is a call, so that
// where it never happened V8 leaves it out and sees that `kind` cannot change: 1.4 ns for a number instead of 3.
const FOLD: readonly EndingText[] = [
  {
    when: `s.kind === ${NUMBER}`,
    before: `let number = +s.number, other, kind = ${NUMBER}`,
    each: folded(row => `kind === ${NUMBER} ? g(number, ${row}) : g(other, ${row})`),
    after: 's.number = number; s.other = other; s.kind = kind',
  },
  {
    before: 'let number = 0, other = s.other, kind = s.kind',
    each: folded(row => `kind === ${NONE} ? ${row} : kind === ${NUMBER} ? g(number, ${row}) : g(other, ${row})`),
    after: 's.number = number; s.other = other; s.kind = kind',
  },
]

const ENDINGS: Readonly<Record<EndingKind, readonly EndingText[]>> = {
  push: [{ before: 'const push = s.push', each: row => `push(${row})` }],
  count: [{ before: 'let count = 0', each: () => 'count++', after: 's.count += count' }],
  foreach: [{
    each: row => `let out
try { out = g(${row}) } catch (error) { throw h.thrown(b, ${row}, error) }
${noPromise('out', 'b', row)}`,
  }],
  fold: FOLD,
  combineValues: [combine(row => `c(${row}[1])`)],
  combineCombiners: [combine(row => `${row}[1]`)],
}

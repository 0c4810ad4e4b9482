/** Findings as tables: the same cells for the terminal and for docs/benchmarks.md. */
import { barsOf, rowsOf } from './findings.mjs'

const NOTHING = '–'
const UNITS = [[1e9, ' billion'], [1e6, ' million'], [1e3, ' thousand']]

/** Head and rows of text; columns in which nothing stands are left out. */
export function table(shape, found) {
  const figures = Object.entries(shape.figures)
  const rows = rowsOf(shape, found)
  const rivals = (shape.rivals ?? []).filter(rival => found.contenders[rival])
  const head = ['contender', ...figures.flatMap(([name, described], at) => columns(name, described, rivals, at).map(([title]) => title))]
  const body = rows.map(row => [row.name + (row.plays < found.rounds ? ` (${times(row.plays)})` : ''), ...figures.flatMap(([name, described], at) => columns(name, described, rivals, at).map(([, text]) => row.cells[name] ? text(row.cells[name]) : NOTHING))])
  const told = head.map((_, column) => body.some(row => row[column] !== NOTHING))
  return [head, ...body].map(row => row.filter((_, column) => told[column]))
}

/** What is asked of the shape, a sentence each. */
export function bars(shape, found) {
  return barsOf(shape, found).map(({ of, beside, figure, atLeast, atMost, value, holds }) => {
    const asked = beside ? `at least ${digits(atLeast)}x ${beside}` : atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
    const { title, unit = '' } = shape.figures[figure]
    const got = value === undefined ? 'not measured' : `${beside ? `${value.toFixed(2)}x` : amount(value, unit)}: ${holds ? 'holds' : 'does not hold'}`
    return `${of}, ${title}: ${asked}${beside ? '' : unit && ` ${unit}`} – ${got}`
  })
}

export const skipped = found => Object.entries(found.skipped).map(([name, why]) => `${name}: skipped (${why})`)

function columns(name, { title, unit, work, ratio = true }, rivals, at) {
  return [
    [title, ({ median, best }) => amount(median, unit) + (best === median ? '' : ` (${amount(best, unit)})`)],
    ...work ? [[`${work} per second`, ({ rate }) => rate ? large(rate) : NOTHING]] : [],
    ...ratio ? rivals.map(rival => [`${at === 0 ? '' : `${title} `}beside ${rival}`, ({ beside }) => rival in beside ? `${beside[rival].toFixed(2)}x` : NOTHING]) : [],
  ]
}

const times = count => count === 1 ? 'once' : `${count} times`

const amount = (value, unit = '') => unit.endsWith('/s') ? `${large(value)} ${unit}` : `${digits(value)}${unit && ` ${unit}`}`

function large(value) {
  const [by, name] = UNITS.find(([by]) => value >= by) ?? [1, '']
  return `${digits(value / by)}${name}`
}

/** Three of them, as far as that makes sense. */
const digits = value => Number.isInteger(value) ? String(value) : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

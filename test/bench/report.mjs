/** Findings on the terminal, and between the markers of docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { bars, skipped, table } from './tables.mjs'

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url)

export function print(shape, found) {
  const lines = table(shape, found)
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)))
  console.log(`\n${shape.name}: ${shape.what} (${found.rounds} rounds; load ${found.load.join(' → ')})`)
  for (const [first, ...rest] of lines) console.log(`  ${[first.padEnd(widths[0]), ...rest.map((text, column) => text.padStart(widths[column + 1]))].join('  ')}`)
  for (const line of [...bars(shape, found), ...skipped(found)]) console.log(`  ${line}`)
}

/** Each found shape's part is replaced, all others stay. @throws when a shape has no place there */
export function write(shapes, { machine, shapes: found }, docs = DOCS) {
  let text = readFileSync(docs, 'utf8')
  for (const finding of found) text = replaced(text, finding.name, markdown(shapes.find(({ name }) => name === finding.name), finding, machine))
  writeFileSync(docs, text)
}

function replaced(text, name, part) {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`docs/benchmarks.md has no place for ${name}: write ${open} and ${close} where its table is to stand`)
  return `${text.slice(0, start + open.length)}\n${part}\n${text.slice(end)}`
}

function markdown(shape, found, { date, cores, cpu, node, java, spark }) {
  const [head, ...rows] = table(shape, found)
  const withSpark = Object.keys(found.contenders).some(name => /spark \(|pyspark|spark-shell$/i.test(name) && !name.startsWith('tspark'))
  const versions = `Node ${node}${withSpark ? `, Spark ${spark} on Java ${java}` : ''}`
  return [
    row(head), row(head.map(() => '---')), ...rows.map(row), '',
    ...bars(shape, found).map(line => `- ${line}`), ...skipped(found).map(line => `- ${line}`),
    '', `${found.rounds} rounds of ${JSON.stringify(sizeOf(found.size))}, ${date} UTC, ${cores} cores (${cpu}), ${versions}; load ${found.load.join(' → ')}.`,
  ].join('\n').replace(/\n\n\n/g, '\n\n')
}

/** Paths say nothing to a reader. */
const sizeOf = size => Object.fromEntries(Object.entries(size).filter(([, value]) => typeof value === 'number'))

const row = cells => `| ${cells.join(' | ')} |`

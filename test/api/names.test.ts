/**
 * Every public name of Spark 3.5's DStreams and RDDs (spark-names.json, from the Scala API) is here, on the type that has it in
 * Spark, or stands in the table "Left out" of docs/operators.md with its reason.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { ROOT } from '../support/programs.js'

interface Family { readonly type: string; readonly names: readonly string[] }
const SPARK = JSON.parse(readFileSync(join(ROOT, 'test/api/spark-names.json'), 'utf8')) as Record<string, Family>

const present = membersByType()
const left = leftOut()

test.each(Object.entries(SPARK))('%s', (_family, { type, names }) => {
  expect(names.filter(name => !has(type, name) && !left.has(`${type}.${name}`))).toEqual([])
})

test('what is said to be left out is so', () => {
  const spark = new Set(Object.values(SPARK).flatMap(({ type, names }) => names.map(name => `${type}.${name}`)))
  const wrong = [...left.keys()].filter(name => !spark.has(name) || has(...name.split('.') as [string, string]))
  expect(wrong).toEqual([])
})

test('each has a reason', () => {
  expect([...left].filter(([, reason]) => reason.length < 10)).toEqual([])
})

function has(type: string, name: string): boolean { return present.get(type)?.has(name) ?? false }

/** The members, statics included, of each class and interface that the package exports. */
function membersByType(): Map<string, Set<string>> {
  const entry = join(ROOT, 'src/index.ts')
  const program = ts.createProgram([entry], { noLib: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  return new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!).map(exported => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const members = symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface) ? checker.getDeclaredTypeOfSymbol(symbol).getProperties().map(({ name }) => name) : []
    const statics = symbol.flags & ts.SymbolFlags.Class ? checker.getTypeOfSymbol(symbol).getProperties().map(({ name }) => name) : []
    return [exported.name, new Set([...members, ...statics, ...symbol.exports?.keys() ?? []].map(String))]
  }))
}

/** `Type.name` → reason; several names may share a row. */
function leftOut(): Map<string, string> {
  const section = /^## Left out\n([^]*?)(?=^## |$(?![^]))/m.exec(readFileSync(join(ROOT, 'docs/operators.md'), 'utf8'))?.[1] ?? ''
  const rows = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)]
  return new Map(rows.flatMap(([, names, reason]) => [...names!.matchAll(/`([\w.]+)`/g)].map(([, name]) => [name!, reason!] as const)))
}

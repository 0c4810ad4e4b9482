/**
 * Who may import whom. The table is the law; a new arrow is a line here, one in docs/ARCHITECTURE.md and its reason in
 * docs/decisions/. An import of types alone counts too: what one must know of is a dependency.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './support/programs.js'

/** Room → what it may import: rooms, `room/file` for one file of a room, and packages. Node's modules and the room itself go without saying. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/plan': ['src/core'],
  'src/operators': ['src/core', 'src/plan'],
  'src/closure': ['src/core', 'src/plan', 'acorn', 'acorn-walk'],
  'src/sources': ['src/core', 'src/plan'],
  'src/sinks': ['src/core', 'src/plan'],
  'src/loader': ['src/core', 'acorn', 'acorn-walk', 'ts-node', 'typescript'],
  'src/engine/engine': ['src/core', 'src/plan'],
  'src/engine/registry': ['src/core', 'src/plan', 'src/engine/engine', 'src/engine/embedded/embedded-engine', 'src/engine/embedded/local-receivers', 'src/engine/spark/spark-engine'],
  'src/engine/task': ['src/core', 'src/plan', 'src/closure', 'src/engine/engine'],
  'src/engine/driver': ['src/core', 'src/plan', 'src/closure', 'src/engine/task'],
  'src/engine/embedded': ['src/core', 'src/plan', 'src/closure', 'src/engine/engine', 'src/engine/driver', 'src/engine/task', 'src/sources', 'src/sinks'],
  'src/engine/spark': ['src/core', 'src/plan', 'src/closure', 'src/engine/engine', 'src/engine/driver', 'src/engine/task', 'src/sources', 'src/sinks'],
  'src/streaming': ['src/core', 'src/plan', 'src/engine/engine', 'src/sources', 'src/sinks'],
  'src/api': ['src/core', 'src/plan', 'src/operators', 'src/engine/engine', 'src/engine/registry', 'src/streaming', 'src/sources', 'src/sinks'],
  'src/index': ['src/core', 'src/plan', 'src/api'],
  'src/recording': ['src/core', 'src/plan', 'src/index'],
  'src/testing': ['src/core', 'src/index', 'src/recording', 'src/streaming'],
  'src/repl': ['src/core', 'src/index', 'src/loader', 'src/recording', 'src/sinks', 'acorn', 'acorn-walk', 'picocolors', 'ts-node', 'typescript'],
  'src/submit': ['src/core', 'src/index', 'src/loader', 'src/recording'],
  'prelude': ['src/core', 'src/index'],
}

/** bin/ wires the rooms together and may import all of them; nobody imports bin/. */
const WIRES = 'bin'

interface Import { readonly file: string; readonly from: string; readonly to: string }

const sourceFiles = (dir: string): string[] => readdirSync(join(ROOT, dir), { recursive: true, encoding: 'utf8' })
  .map(name => join(dir, name)).filter(name => name.endsWith('.ts'))

const FILES = ['src', 'prelude', WIRES].filter(dir => existsSync(join(ROOT, dir))).flatMap(sourceFiles)
const SPECIFIER = /^\s*(?:import|export)\b[^'"`]*?\bfrom\s*['"]([^'"$]+)['"]|^\s*import\s*['"]([^'"$]+)['"]|\bimport\(\s*['"]([^'"$]+)['"]\s*\)|\brequire\(\s*['"]([^'"$]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"$]+\.js)['"]/gm

/** Comments are dropped first, so that an example in one is no import. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*| \/\/ .*/gm, '')
  const specifiers = [...text.matchAll(SPECIFIER)].map(match => match.slice(1).find(Boolean)!)
  return specifiers.map(to => ({ file, from: roomOf(file), to: target(file, to) }))
}

function target(file: string, specifier: string): string {
  if (specifier === 'tspark') return 'src/index'
  const inside = specifier.startsWith('#') ? specifier.slice(1) : specifier.startsWith('.') ? posix.join(dirname(file), specifier) : undefined
  return inside ? inside.replace(/\.[jt]s$/, '') : specifier
}

/** The longest row that covers the file; `src/x.ts` itself is a row of its own. */
function roomOf(path: string): string {
  const plain = path.replace(/\.ts$/, '')
  const rows = [...Object.keys(MAY_IMPORT), WIRES].filter(room => plain === room || plain.startsWith(`${room}/`))
  return rows.sort((a, b) => b.length - a.length)[0] ?? `no row covers ${path}`
}

const covers = (allowed: string, to: string): boolean => to === allowed || to.startsWith(`${allowed}/`)

const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

function offends({ from, to }: Import): boolean {
  if (to.startsWith('node:') || from === WIRES || covers(from, to)) return false
  return !(MAY_IMPORT[from] ?? []).some(allowed => covers(allowed, to))
}

describe('imports', () => {
  test('every file belongs to a room', () => {
    expect(FILES.map(roomOf).filter(room => room.startsWith('no row'))).toEqual([])
  })

  test('rooms import only what the table allows', () => {
    expect(FILES.flatMap(importsOf).filter(offends).map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  test('the table knows how to offend', () => {
    const offence = { file: 'src/core/x.ts', from: 'src/core', to: 'src/api/rdd' }
    expect([offends(offence), offends({ ...offence, to: 'typescript' }), offends({ ...offence, to: 'node:fs' })]).toEqual([true, true, false])
  })

  test('a dependency that package.json does not name is imported nowhere', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
    const packages = FILES.flatMap(importsOf).filter(({ to }) => /^[a-z@]/.test(to) && !/^(node:|src\/|prelude\/|bin\/)/.test(to) && to !== 'bin')
    expect(packages.filter(({ to }) => !(packageOf(to) in dependencies)).map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })
})

describe('tidiness', () => {
  const texts = FILES.map(file => [relative('', file), readFileSync(join(ROOT, file), 'utf8')] as const)
  const MOST_LINES = 300

  test('each file opens with its why', () => {
    expect(texts.filter(([, text]) => !/^(#!.*\n)?\/\*\*/.test(text)).map(([file]) => file)).toEqual([])
  })

  test(`no file has more than ${MOST_LINES} lines`, () => {
    expect(texts.filter(([, text]) => text.split('\n').length - 1 > MOST_LINES).map(([file]) => file)).toEqual([])
  })

  test('files are named in kebab-case', () => {
    expect(FILES.filter(file => !/^[a-z0-9/-]+(\.d)?\.ts$/.test(file))).toEqual([])
  })

  test('no semicolon ends a statement', () => {
    expect(texts.filter(([, text]) => /^(import|export|const|let|function) .*;$/m.test(text)).map(([file]) => file)).toEqual([])
  })
})

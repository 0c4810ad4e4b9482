/** The package as other people meet it: a clone, an install from a tarball next to TypeScript 7, a Node that is too old. */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { program, ROOT } from '../support/programs.js'

const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error']
const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', LANG: 'C', LC_ALL: 'C' }

const run = (cwd: string, file: string, ...args: string[]): string => execFileSync(file, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

function attempt(cwd: string, file: string, ...args: string[]): { code: number; stderr: string } {
  try { run(cwd, file, ...args); return { code: 0, stderr: '' } }
  catch (error) { const { status, stderr } = error as { status: number; stderr: string }; return { code: status, stderr } }
}

const PROGRAM = `
  import { SparkContext } from 'tspark'
  import { norm } from './norm.js'
  const sc = SparkContext.getOrCreate()
  const counts = await sc.parallelize(['To', 'be', 'to']).map(w => [norm(w), 1]).reduceByKey((a, b) => a + b).collect()
  console.log(JSON.stringify(counts), sc.master)
  await sc.stop()`

describe('installed from a tarball in a project with TypeScript 7', () => {
  let project = ''

  beforeAll(() => {
    project = program({
      'package.json': '{ "name": "other", "private": true, "type": "commonjs" }', 'words.ts': PROGRAM,
      'norm.ts': 'export const norm = (word: string): string => word.toLowerCase()', 'wrong.ts': `const n: number = 'text'\nexport default n`,
    })
    const [packed] = JSON.parse(run(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', project)) as [{ filename: string }]
    run(project, 'npm', 'install', '--ignore-scripts', ...NPM_QUIET, `./${packed!.filename}`, 'typescript@7.0.2')
  })

  test('TypeScript 7 is really there', () => { expect(run(project, 'npx', 'tsc', '--version')).toContain('7.0.2') })

  test('npx tspark-submit runs a program, its helper in the executors included', () => {
    expect(run(project, 'npx', 'tspark-submit', '--master', 'local[2]', 'words.ts')).toBe('[["to",2],["be",1]] local[2]\n')
  })

  test('npx tspark-submit refuses a type error before anything runs', () => {
    expect(attempt(project, 'npx', 'tspark-submit', 'wrong.ts')).toMatchObject({ code: 1, stderr: expect.stringContaining('wrong.ts:1:7 - error TS2322') })
  })

  test('npx tspark-shell evaluates a line', () => {
    expect(run(project, 'npx', 'tspark-shell', '-e', 'console.log(1 + await sc.parallelize([1, 2, 3]).count())')).toBe('4\n')
  })

  test('holds what it should and weighs at most 60 MB with all it needs', () => {
    const dir = join(project, 'node_modules', 'tspark')
    expect(['README.md', 'LICENSE', 'bin/tspark-shell.cjs', 'dist/src/index.d.ts', 'docs/examples/network-word-count.ts', 'prelude/lessons/en/1-word-count.md', 'prelude/lessons/zh/5-failure.md'].filter(file => !existsSync(join(dir, file)))).toEqual([])
    expect(['test', 'src', '.ci', 'tsconfig.json', 'dist/.tsbuildinfo'].filter(file => existsSync(join(dir, file)))).toEqual([])
    const foreign = ['typescript', '@typescript'].map(name => sizeBytes(join(project, 'node_modules', name)))
    expect((sizeBytes(join(project, 'node_modules')) - foreign[0]! - foreign[1]!) / 1e6).toBeLessThan(60)
  })
})

describe('a fresh clone', () => {
  test('builds itself by npm ci, and by npm run build where scripts are off', () => {
    const clone = join(program({}), 'clone')
    run(ROOT, 'git', 'clone', '--quiet', '--no-hardlinks', ROOT, clone)
    run(clone, 'npm', 'ci', '--ignore-scripts', ...NPM_QUIET)
    expect(attempt(clone, 'node', 'bin/tspark-submit.cjs', '--version')).toEqual({ code: 1, stderr: expect.stringMatching(/^tspark-submit is not built yet: run `npm run build` in .*\n$/) })
    run(clone, 'npm', 'run', 'build')
    expect(run(clone, 'node', 'bin/tspark-submit.cjs', '--version')).toMatch(/^tspark \d/)
    run(clone, 'npm', 'ci', ...NPM_QUIET)
    expect(run(clone, 'node', 'bin/tspark-submit.cjs', '--version')).toMatch(/^tspark \d/)
    expect(run(clone, 'git', 'status', '--porcelain')).toBe('')
  })
})

describe('a Node that is too old gets one sentence', () => {
  const platform = `node-${process.platform}-${process.arch}`
  test.each(['18.20.8', '10.24.1'])('Node %s', version => {
    const dir = join(ROOT, '.cache', `node-${version}`)
    const node = join(dir, 'node_modules', platform, 'bin', 'node')
    if (!existsSync(node)) {
      mkdirSync(dir, { recursive: true })
      writeFileSync(join(dir, 'package.json'), '{ "private": true }')
      run(dir, 'npm', 'install', '--ignore-scripts', '--no-save', ...NPM_QUIET, `${platform}@${version}`)
    }
    for (const command of ['tspark-shell', 'tspark-submit'])
      expect(attempt(ROOT, node, `bin/${command}.cjs`, '--version')).toEqual({ code: 1, stderr: `${command} needs Node 20 or later; this is Node ${version} (https://nodejs.org has newer ones).\n` })
  })
})

function sizeBytes(path: string): number {
  if (!existsSync(path)) return 0
  const stat = lstatSync(path)
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeBytes(join(path, name)), 0) : stat.size
}

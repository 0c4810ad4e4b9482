/**
 * How user programs are read, whatever their own tsconfig says about modules: ES modules everywhere, specifiers as bundlers
 * know them, today's JavaScript, and `tspark` from this installation. Strictness and the like stay the user's choice.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import type { CompilerOptions } from 'typescript'
import { installation, installationRoot } from '../core/installation.js'

/** As tsconfig.json spells them; `dir` is the program's directory. */
export const compilerOptions = (dir: string): Record<string, unknown> => ({
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  rootDir: parse(dir).root, // without it TypeScript 6 answers error TS5011
  isolatedModules: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  ignoreDeprecations: '6.0',
  sourceMap: true,
  inlineSources: true,
  incremental: false,
  composite: false,
  paths: ownPaths(),
} satisfies Record<string & keyof CompilerOptions, unknown>)

/** The text of the tsconfig.json that governs `dir`, with what it extends: part of what an emitted file depends on. */
export const configText = (dir: string): string => configFiles(dir).map(file => readFileSync(file, 'utf8')).join('\n')

/** That tsconfig.json, and those that it extends by a relative path. */
export function configFiles(dir: string): string[] {
  const file = join(dir, 'tsconfig.json')
  if (existsSync(file)) return withBases(file)
  return dirname(dir) === dir ? [] : configFiles(dirname(dir))
}

function withBases(file: string, depth = 0): string[] {
  if (depth > 8 || !existsSync(file)) return []
  const bases = [...readFileSync(file, 'utf8').matchAll(/"extends"\s*:\s*"(\.[^"]*)"/g)].map(([, base]) => resolve(dirname(file), base!.replace(/(\.json)?$/, '.json')))
  return [file, ...bases.flatMap(base => withBases(base, depth + 1))]
}

/** The public entries of package.json, so that `tspark` is this installation's even where another lies nearer. */
function ownPaths(): Record<string, string[]> {
  const { name, exports } = installation
  return Object.fromEntries(Object.entries(exports).flatMap(([entry, { types }]) => types ? [[name + entry.slice(1), [join(installationRoot, types)]]] : []))
}

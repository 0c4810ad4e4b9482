/**
 * The checker's program: a TypeScript LanguageService over virtual files, one small module per input.
 *
 * Each input that ran stays as the *declarations* of its module (`[repl]-7.d.ts`, by TypeScript's own declaration emit), and the
 * input being typed imports what it mentions from them. So an input sees exactly the types that were current when it was typed, a
 * redeclared name is simply imported from elsewhere, a session name may hide a global one, and only what a line mentions is
 * looked at: line 300 costs what line 10 costs. Types are lean (node-globals.ts) until a line names a Node module.
 */
import { dirname, join } from 'node:path'
import { builtinModules, createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { NODE_GLOBALS } from '../../loader/node-globals.js'

const OWN_TYPES: Readonly<Record<string, string>> = {
  'tspark': fileURLToPath(new URL('../../index.d.ts', import.meta.url)),
  'tspark/testing': fileURLToPath(new URL('../../testing/index.d.ts', import.meta.url)),
}
const OWN_FOLDER = `${dirname(OWN_TYPES.tspark!)}/`
const CELL = /^\.\/(\[repl\]-\d+)(\.js)?$/
const NODE_TYPES = dirname(dirname(createRequire(import.meta.url).resolve('@types/node/package.json')))

/** The module that input `line` is for the checker, without its ending. */
export const cellModule = (line: number): string => `[repl]-${line}`

const FIXED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'], module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, moduleDetection: ts.ModuleDetectionKind.Force, allowImportingTsExtensions: true,
  resolveJsonModule: true, allowJs: true, checkJs: false, maxNodeModuleJsDepth: 0, skipLibCheck: true, esModuleInterop: true, declaration: true, emitDeclarationOnly: true, noEmit: false,
  verbatimModuleSyntax: false, isolatedModules: false, noUnusedLocals: false, noUnusedParameters: false, composite: false, incremental: false,
}
const FROM_USER = ['strict', 'noImplicitAny', 'strictNullChecks', 'experimentalDecorators', 'emitDecoratorMetadata', 'paths', 'baseUrl'] as const

export class CheckerProgram {
  readonly #files = new Map<string, { text: string; version: number }>()
  readonly #snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>()
  #options: ts.CompilerOptions
  readonly #globals: string
  readonly #kept: string[]
  readonly #resolutions: ts.ModuleResolutionCache
  readonly service: ts.LanguageService
  #roots: string[]
  #nodeTypes = false
  /** Source files parsed since the start: what the tests of flatness count. */
  parsedFiles = 0

  constructor(readonly cwd: string, userOptions: ts.CompilerOptions) {
    const taken = FROM_USER.filter(name => userOptions[name] !== undefined).map(name => [name, userOptions[name]])
    this.#options = { strict: true, ...Object.fromEntries(taken), ...FIXED, types: [] }
    this.#globals = this.path('[repl]-globals.d.ts')
    this.#roots = this.#kept = [this.#globals]
    this.#resolutions = ts.createModuleResolutionCache(cwd, name => name, this.#options)
    this.write('[repl]-globals.d.ts', NODE_GLOBALS)
    this.service = ts.createLanguageService(this.#host(), ts.createDocumentRegistry(true, cwd))
  }

  path(name: string): string { return join(this.cwd, name).replaceAll('\\', '/') }

  write(name: string, text: string): void {
    const path = this.path(name)
    const known = this.#files.get(path)
    if (known?.text !== text) this.#files.set(path, { text, version: (known?.version ?? 0) + 1 })
  }

  /** In every program from now on: what is left out of one is parsed anew for the next that needs it. */
  keep(name: string): void { this.#kept.push(this.path(name)) }

  remove(name: string): void {
    this.#files.delete(this.path(name))
    this.#snapshots.delete(this.path(name))
  }

  /** The program that checks `name`; Node's own types join it as soon as something needs them, and stay. */
  of(name: string): { program: ts.Program; file: ts.SourceFile } {
    this.#roots = [...this.#kept, this.path(name)]
    let program = this.service.getProgram()!
    if (!this.#nodeTypes && needsNodeTypes(program, this.path(name))) {
      this.#nodeTypes = true
      this.write('[repl]-globals.d.ts', '')
      this.#options = { ...this.#options, types: ['node'] }
      program = this.service.getProgram()!
    }
    return { program, file: program.getSourceFile(this.path(name))! }
  }

  #host(): ts.LanguageServiceHost & Pick<ts.CompilerHost, 'getModuleResolutionCache'> {
    return {
      getCompilationSettings: () => this.#options,
      getScriptFileNames: () => this.#roots,
      getScriptVersion: path => this.#version(path),
      getScriptSnapshot: path => this.#snapshot(path),
      getCurrentDirectory: () => this.cwd,
      getDefaultLibFileName: options => ts.getDefaultLibFilePath(options),
      fileExists: path => this.#files.has(path) || ts.sys.fileExists(path),
      readFile: path => this.#files.get(path)?.text ?? ts.sys.readFile(path),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      getModuleResolutionCache: () => this.#resolutions, // else each program reads each package.json again
      resolveModuleNameLiterals: (literals, from, redirected, options) => literals.map(({ text }) => this.#resolve(text, from, options)),
      resolveTypeReferenceDirectiveReferences: (references, from, redirected, options) => references.map(reference =>
        ts.resolveTypeReferenceDirective(typeof reference === 'string' ? reference : reference.fileName, reference === 'node' ? join(NODE_TYPES, 'x.ts') : from, { ...options, typeRoots: [NODE_TYPES] }, ts.sys)),
    }
  }

  #resolve(name: string, from: string, options: ts.CompilerOptions): ts.ResolvedModuleWithFailedLookupLocations {
    const cell = CELL.exec(name)
    if (cell) return resolved(this.path(`${cell[1]}.d.ts`))
    if (OWN_TYPES[name]) return resolved(OWN_TYPES[name])
    return ts.resolveModuleName(name, from, options, ts.sys, this.#settled(from) ? this.#resolutions : undefined)
  }

  #version(path: string): string {
    const virtual = this.#files.get(path)
    if (virtual) return String(virtual.version)
    if (!this.#settled(path)) return fileVersion(path)
    return this.#snapshots.get(path)?.version ?? fileVersion(path)
  }

  #snapshot(path: string): ts.IScriptSnapshot | undefined {
    const version = this.#version(path)
    const known = this.#snapshots.get(path)
    if (known?.version === version) return known.snapshot
    const text = this.#files.get(path)?.text ?? ts.sys.readFile(path)
    if (text === undefined) return undefined
    this.parsedFiles++
    const snapshot = ts.ScriptSnapshot.fromString(text)
    this.#snapshots.set(path, { version, snapshot })
    return snapshot
  }

  /** Nobody edits these while the session lasts. */
  #settled(path: string): boolean { return path.includes('/node_modules/') || path.startsWith(OWN_FOLDER) }
}

const resolved = (path: string): ts.ResolvedModuleWithFailedLookupLocations =>
  ({ resolvedModule: { resolvedFileName: path, extension: ts.Extension.Dts, isExternalLibraryImport: false } })

const fileVersion = (path: string): string => String(ts.sys.getModifiedTime?.(path)?.getTime() ?? 0)

const BUILTIN = new Set(builtinModules.flatMap(name => [name, `node:${name}`]))

function needsNodeTypes(program: ts.Program, path: string): boolean {
  const imports = (program.getSourceFile(path) as { imports?: readonly ts.StringLiteralLike[] } | undefined)?.imports ?? []
  return imports.some(({ text }) => text.startsWith('node:') || BUILTIN.has(text))
    || program.getSourceFiles().some(({ fileName }) => fileName.includes('/@types/node/'))
}

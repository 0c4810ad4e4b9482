/**
 * ts-node as configuration and emit: it finds and reads the user's tsconfig.json, and turns a checked input into JavaScript.
 *
 * The compiler is always ours: ts-node would otherwise take the user's own `typescript`, and cannot work with 7. Types are not
 * its business here (program.ts checks), and neither are modules (decisions.md 7).
 */
import { createRequire } from 'node:module'
import tsNode from 'ts-node'
import type { CreateOptions, Service } from 'ts-node'
import ts from 'typescript'

export interface Emitted { readonly js: string; /** JSON. */ readonly map: string; /** Lines of `js` before the first of the user's. */ readonly headLines: number }
export interface Emitter { readonly options: ts.CompilerOptions; emit(text: string, file: string, transformer: ts.TransformerFactory<ts.SourceFile>): Emitted }

export function openEmitter(cwd: string): Emitter {
  let current: ts.TransformerFactory<ts.SourceFile> | undefined
  const service = createService(cwd, { before: [context => current!(context)] })
  return {
    options: service.config.options as unknown as ts.CompilerOptions,
    emit(text, file, transformer) {
      current = transformer
      return splitMap(service.compile(text, file))
    },
  }
}

function createService(cwd: string, transformers: ts.CustomTransformers): Service {
  const options: CreateOptions = {
    cwd, compiler: createRequire(import.meta.url).resolve('typescript'), transpileOnly: true, swc: false, esm: false, files: false, require: [],
    transformers: transformers as CreateOptions['transformers'], compilerOptions: EMIT,
  }
  try { return tsNode.create(options) } catch { return tsNode.create({ ...options, skipProject: true }) } // a broken tsconfig.json must not cost the prompt
}

// rootDir: without it TypeScript 6 refuses ts-node's outDir (TS5011)
const EMIT = {
  rootDir: '.', target: 'es2023', module: 'esnext', moduleResolution: 'bundler', moduleDetection: 'legacy', isolatedModules: true,
  verbatimModuleSyntax: false, removeComments: false, sourceMap: true, inlineSourceMap: false, inlineSources: false, noEmit: false, declaration: false,
}

const MAP_COMMENT = /\n?\/\/# sourceMappingURL=data:application\/json[^,]*,([\w+/=]+)\s*$/

function splitMap(output: string): Emitted {
  const match = MAP_COMMENT.exec(output)
  if (!match) throw new Error('ts-node gave no source map') // invariant: EMIT asks for one
  const map = JSON.parse(Buffer.from(match[1]!, 'base64').toString('utf8')) as { mappings: string }
  const headLines = /^;*/.exec(map.mappings)![0].length
  return { js: output.slice(0, match.index), map: JSON.stringify({ ...map, mappings: map.mappings.slice(headLines) }), headLines }
}

/**
 * One user file → JavaScript, its source map and the specifiers it imports. Types are not checked here (check.ts does that).
 *
 * TypeScript goes through ts-node, which brings configuration and emit; it and `typescript` are loaded only when a file is in
 * no cache. The compiler is always this installation's own: a project may well hold TypeScript 7, which ts-node cannot use.
 */
import { parse } from 'acorn'
import { simple } from 'acorn-walk'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { SourceMapPayload } from 'node:module'
import type * as TsNode from 'ts-node'
import { SparkError } from '../core/errors.js'
import { compilerOptions } from './compiler-options.js'
import type { FileKind } from './user-files.js'

export interface Emitted {
  readonly file: string
  /** What the user wrote. */
  readonly text: string
  readonly code: string
  readonly map?: SourceMapPayload
  /** Specifiers of static imports and of import('…') with a literal, in order, each once. */
  readonly imports: readonly string[]
}

/** undefined for JavaScript that is CommonJS: that is Node's. Throws MODULE_REFUSED when the text does not parse. */
export function emit(file: string, text: string, kind: FileKind): Emitted | undefined {
  switch (kind) {
    case 'json': return { file, text, code: `export default ${JSON.stringify(parseJson(file, text))}`, imports: [] }
    case 'js': {
      const imports = importsOf(text)
      return imports && { file, text, code: text, imports }
    }
    case 'ts': {
      const { code, map } = compile(file, text)
      return { file, text, code, map, imports: importsOf(code) ?? [] }
    }
    default: return kind satisfies never
  }
}

const require = createRequire(import.meta.url)
const services = new Map<string, TsNode.Service>()

function compile(file: string, text: string): { code: string; map: SourceMapPayload } {
  try { return splitMap(service(dirname(file)).compile(text, file)) }
  catch (error) { throw new SparkError('MODULE_REFUSED', { file, problem: String((error as Error).message ?? error) }, { cause: error }) }
}

function service(dir: string): TsNode.Service {
  const known = services.get(dir)
  if (known) return known
  const made = (require('ts-node') as typeof TsNode).create({
    compiler: require.resolve('typescript'),
    projectSearchDir: dir,
    transpileOnly: true,
    skipIgnore: true,
    compilerOptions: compilerOptions(dir),
  })
  services.set(dir, made)
  return made
}

function splitMap(output: string): { code: string; map: SourceMapPayload } {
  const at = output.lastIndexOf('//# sourceMappingURL=')
  const base64 = output.slice(output.indexOf('base64,', at) + 'base64,'.length)
  return { code: output.slice(0, at), map: JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as SourceMapPayload }
}

/** undefined when the text is no ES module. */
function importsOf(code: string): string[] | undefined {
  const found = new Set<string>()
  let isModule = false
  const add = (node: { source?: unknown }): void => {
    isModule = true
    const value = (node.source as { value?: unknown } | null | undefined)?.value
    if (typeof value === 'string') found.add(value)
  }
  try {
    const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
    simple(program, {
      ImportDeclaration: add, ExportNamedDeclaration: add, ExportAllDeclaration: add, ExportDefaultDeclaration: () => { isModule = true },
      MetaProperty: node => { isModule ||= node.meta.name === 'import' },
      AwaitExpression: () => { isModule = true },
      ImportExpression: node => { if (node.source.type === 'Literal') found.add(String(node.source.value)) },
    })
  } catch { return undefined }
  return isModule || found.size > 0 ? [...found] : undefined
}

function parseJson(file: string, text: string): unknown {
  try { return JSON.parse(text) }
  catch (error) { throw new SparkError('MODULE_REFUSED', { file, problem: (error as Error).message }, { cause: error }) }
}

/**
 * What a program needs to be run on another machine: its own files as they were written, those that it imports, what says how they are
 * compiled, and its packages.
 */
import { dirname } from 'node:path'
import type { ModuleGraph } from '../core/wiring.js'
import { configFiles } from './compiler-options.js'
import { graphOf } from './graph.js'
import { prepare } from './prepare.js'

/** `program`: a file that has been checked, and so compiled. */
export function programFiles(program: string): Pick<ModuleGraph, 'files' | 'packages'> {
  const prepared = prepare(program, { compile: true })
  if (!prepared) return { files: [program], packages: [] } // CommonJS
  const { sources, files, packages } = graphOf(prepared.url)!
  return { files: [...new Set([...sources, ...files, ...configFiles(dirname(program))])], packages }
}

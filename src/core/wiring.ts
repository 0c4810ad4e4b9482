/**
 * What the entry programs (bin/) plug in, so that rooms need not import each other: modules that every executor thread loads
 * before its first task (the hooks by which TypeScript files can be imported there).
 */
import type { SteppableClock } from './steppable-clock.js'

export const executorImports: string[] = []

/** How an executor imports a module that a function travels by; the loader puts its own way here. */
export const executor = { importModule: (url: string): Promise<object> => import(url) as Promise<object> }

/** A user module with all it imports of the user's, for a machine that has none of it. */
export interface ModuleGraph {
  /** What an executor loads them from, by names in the loader's cache. */
  readonly cached: readonly (readonly [name: string, text: string])[]
  /** The files themselves, as they were written. */
  readonly sources: readonly string[]
  /** Files that Node loads by itself. */
  readonly files: readonly string[]
  /** Packages, and the file that asks for each. */
  readonly packages: readonly { readonly specifier: string; readonly from: string }[]
}

/** The graph of a module that a function travels by; undefined where it is none of the loader's, which puts its own way here. */
export const userModules: { graph: (url: string) => ModuleGraph | undefined } = { graph: () => undefined }

/** What surrounds the program. At a prompt, messages may advise a command such as `.nc 9999`; without one they do not. */
export const surroundings: { hasPrompt: boolean; /** Of every StreamingContext that names none; each has its own unless set. */ clock?: SteppableClock } = { hasPrompt: true }

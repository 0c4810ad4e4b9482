/**
 * What the entry programs (bin/) plug in, so that rooms need not import each other: modules that every executor thread loads
 * before its first task (the hooks by which TypeScript files can be imported there).
 */
import type { SteppableClock } from './steppable-clock.js'

export const executorImports: string[] = []

/** How an executor imports a module that a function travels by; the loader puts its own way here. */
export const executor = { importModule: (url: string): Promise<object> => import(url) as Promise<object> }

/** What surrounds the program. At a prompt, messages may advise a command such as `.nc 9999`; without one they do not. */
export const surroundings: { hasPrompt: boolean; /** Of every StreamingContext that names none; each has its own unless set. */ clock?: SteppableClock } = { hasPrompt: true }

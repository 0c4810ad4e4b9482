/**
 * What executor threads import before their first task, so that a user module can be loaded by its URL there. The hooks follow
 * only when the first one comes: most programs have none, and on Node 20 hooks cost a thread a thread of its own.
 */
import { executor } from '../core/wiring.js'

executor.importModule = async url => {
  if (url.startsWith('file:')) (await import('./hooks.js')).installHooks()
  return await import(url) as object
}

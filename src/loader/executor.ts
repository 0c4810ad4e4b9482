/** What executor threads import before their first task: the hooks, so that a user module can be loaded by its URL there. */
import { installHooks } from './hooks.js'

installHooks()

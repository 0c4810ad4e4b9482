/**
 * tspark-shell: gives the shell what other rooms provide. Only what the prompt needs is imported at once; contexts, engine and
 * checker are imported when the prompt stands.
 */
import { printBlock } from '../src/sinks/console.js'
import { openShell, type Opened } from '../src/repl/open-shell.js'
import { openLineServer } from '../src/repl/line-server.js'
import type { ShellOptions } from '../src/repl/options.js'
import { installation } from '../src/core/installation.js'
import { SteppableClock } from '../src/core/steppable-clock.js'
import { surroundings } from '../src/core/wiring.js'
import { defaultMaster } from '../src/core/master.js'

surroundings.clock = new SteppableClock() // one for all contexts of the session: .clock moves it, whichever runs
openShell(process.argv.slice(2), { version: installation.version, defaultMaster: defaultMaster(), open, openLineServer, printBlock })

async function open({ master, batchMs, name, conf }: ShellOptions & { readonly master: string }): Promise<Opened> {
  // The checker's thread starts first: it takes longest, and beside this one.
  const [{ Session }, { declarations }] = await Promise.all([import('../src/repl/session.js'), import('../prelude/names.js')])
  const { openContexts } = await import('../prelude/contexts.js')
  const contexts = openContexts({ master, batchMs, name: name ?? 'tspark-shell', conf })
  const session = new Session({ prelude: { values: contexts.values, declarations: declarations() } })
  return {
    session,
    context: () => contexts.context,
    closeStreams: () => contexts.closeStreams(),
    waiting: () => contexts.waitingRecords,
    streaming: () => contexts.streaming,
    cancelBatch: () => contexts.cancelBatch(),
    warmUp: () => { contexts.warmUp(); session.warmUp().catch(() => {}) }, // whoever asks the session next hears the reason
    stop: async options => { await contexts.stop(options); await session.close() },
  }
}

/**
 * Ctrl-C and SIGTERM end a program that nobody watches. SIGTERM lets what was received be processed first; a second signal, or a
 * SIGINT, does not wait. A program that listens to a signal itself is left to itself.
 */
import { constants } from 'node:os'
import { StreamingContext } from '../index.js'

type Say = (text: string) => void

export function stopOnSignals(say: Say): void {
  let asked = false
  const listen = (signal: 'SIGINT' | 'SIGTERM', gracefully: boolean): void => {
    process.on(signal, () => {
      const code = 128 + constants.signals[signal]
      const running = StreamingContext.getActive()
      if (process.listenerCount(signal) > 1) return
      if (asked || !running) process.exit(code)
      asked = true
      say(gracefully ? `${signal}: finishing what was received; once more stops at once` : `${signal}: stopping`)
      void running.stop(true, gracefully).catch(() => {}).then(() => process.exit(code))
    })
  }
  listen('SIGINT', false)
  listen('SIGTERM', true)
}

/** Receivers in threads of the driver's process, for an engine whose executors are elsewhere: what they receive goes there as rows. */
import type { EngineOptions, ReceiverHost } from '../engine.js'
import { openReceiverThread, Receivers, type Travelling } from './receivers.js'

export function localReceivers({ conf, events }: EngineOptions): ReceiverHost {
  const own = new Receivers({ conf, events })
  const custom = new Receivers({ conf, events, openThread: openReceiverThread })
  return {
    start: (spec, captured) => spec.kind === 'custom' ? custom.start(spec, captured as Travelling) : own.start(spec),
    stop: async () => { await Promise.all([own.stop(), custom.stop()]) },
  }
}

/** What is said when a context starts whose checkpoints are kept: what they will not bring back. */
import { readdirSync } from 'node:fs'
import { escapeControls } from '../../core/escape.js'
import type { StreamPlan } from '../../plan/stream-plan.js'
import { graphOf } from '../stream-graph.js'
import { newestFirst } from './checkpoint-store.js'
import type { Recovered } from './recovery.js'

export interface Note { readonly level: 'info' | 'warn'; readonly text: string }

export function adviceOf(plan: StreamPlan, from: Recovered | undefined): readonly Note[] {
  if (from) return from.notes
  return [...refusing(plan), ...receiving(plan), ...unused(plan)]
}

const refusing = ({ inputs }: StreamPlan): Note[] =>
  [...new Set(inputs.map(({ source }) => source.notRecoverable))].filter(text => text !== undefined).map(text => ({ level: 'warn', text }))

function receiving(plan: StreamPlan): Note[] {
  const names = plan.inputs.filter(({ source }) => !source.checkpoint && source.notRecoverable === undefined).map(({ source }) => source.name)
  if (names.length === 0 || graphOf(plan).held.length === 0) return []
  const seconds = Math.min(...graphOf(plan).checkpointMs) / 1000
  return [{ level: 'info', text: escapeControls(`if this process is killed, what ${names.join(', ')} sent since the last checkpoint of state (every ${seconds} s) is lost; .checkpoint(interval) of a stream sets how often, and ssc.stop() loses nothing`) }]
}

function unused({ checkpointDirectory }: StreamPlan): Note[] {
  const names = checkpointDirectory === undefined ? [] : namesIn(checkpointDirectory)
  if (newestFirst(names).length === 0) return []
  return [{ level: 'info', text: escapeControls(`${checkpointDirectory} holds checkpoints of an earlier run, which are not used: StreamingContext.getOrCreate(directory, create) goes on from them`) }]
}

function namesIn(directory: string): string[] { try { return readdirSync(directory) } catch { return [] } }

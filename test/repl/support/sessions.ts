/**
 * Sessions for tests, and outcomes as one line each so that a session is a table: `x: number`, `= 5: number`, `refused 1:3 TS2339`,
 * `failed Error: no`. The prelude has the package's public names, and streams and RDDs that exist for their types.
 */
import { Session } from '#src/repl/session.js'
import type { Outcome, Preluded } from '#src/repl/session.js'
import * as tspark from '#src/index.js'

const DECLARATIONS = `
export * from 'tspark'
import { DStream, JobPromise, RDD } from 'tspark'
export declare const lines: DStream<string>
export declare const words: DStream<string>
export declare const numbers: RDD<number>
export declare const jobOf: <T>(value: T) => JobPromise<T>
export declare const endless: () => JobPromise<never>
export declare const answer: number
`

export interface Jobs { readonly cancelled: string[] }

export function prelude(jobs: Jobs = { cancelled: [] }): Preluded {
  const { JobPromise } = tspark
  const endless = (): unknown => {
    let fail: (error: Error) => void
    return JobPromise.of(new Promise((_, reject) => { fail = reject }), reason => { jobs.cancelled.push(reason ?? ''); fail(new Error('cancelled')) })
  }
  return { values: { ...tspark, answer: 42, jobOf: <T>(value: T) => JobPromise.of(Promise.resolve(value), () => {}), endless }, declarations: DECLARATIONS }
}

export async function openSession(options: Partial<ConstructorParameters<typeof Session>[0]> = {}): Promise<Session> {
  const session = new Session({ locale: 'en', prelude: prelude(), ...options })
  await session.ready
  return session
}

export function line(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'incomplete': return 'incomplete'
    case 'refused': return `refused ${outcome.diagnostics.map(({ line, column, code }) => `${line}:${column} TS${code}`).join(', ')}`
    case 'failed': return `failed ${String(outcome.error)}`
    case 'interrupted': return ['interrupted', ...outcome.bindings.map(({ name }) => name)].join(' ')
    case 'done': return [
      ...outcome.bindings.map(({ name, type }) => `${name}: ${type}`),
      ...outcome.value ? [`= ${shown(outcome.value.value)}: ${outcome.value.type}`] : [],
    ].join('; ')
    default: return outcome satisfies never
  }
}

const shown = (value: unknown): string => typeof value === 'function' ? 'function' : value instanceof Promise ? 'promise' : JSON.stringify(value) ?? String(value)

/** Whether a standalone master is there, is one, and takes our secret: asked by a socket, before Spark asks for a minute. */
import { connect, type Socket } from 'node:net'
import { SparkError } from '../../../core/errors.js'
import { greet, type Refusal } from './greeting.js'
import type { Settings } from './preflight.js'

// Two seconds in all, with what else a start does. A master that has just come up, on a busy machine, may take longer for its first words.
const REACH_MS = 1200
const WAIT_MS = 1500
const GREET_MS = 30_000

type Outcome = { readonly unreachable: string } | { readonly refused: Refusal } | undefined

/** Tells what is found out after more than a moment by `late`. @throws MASTER_UNREACHABLE, MASTER_REFUSED when none of the masters would take us; CONF_INVALID */
export async function checkMaster(master: string, settings: Settings, late: (error: SparkError) => void = () => {}, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const places = master.startsWith('spark://') ? master.slice('spark://'.length).split(',') : []
  if (places.length === 0) return
  const secret = secretOf(settings, env)
  const found = Promise.all(places.map(place => ask(place, secret))).then(outcomes => errorOf(master, outcomes))
  const soon = await Promise.race([found, after(WAIT_MS)])
  if (soon) throw soon
  void found.then(error => { if (error) late(error) })
}

function errorOf(master: string, outcomes: readonly Outcome[]): SparkError | undefined {
  if (outcomes.includes(undefined)) return undefined
  for (const outcome of outcomes) if (outcome && 'refused' in outcome) return new SparkError('MASTER_REFUSED', { master, reason: outcome.refused })
  for (const outcome of outcomes) if (outcome && 'unreachable' in outcome) return new SparkError('MASTER_UNREACHABLE', { master, reason: outcome.unreachable })
  return undefined
}

/** Undefined: cannot be known here. */
export type Secret = { readonly is: string | null } | undefined

function secretOf(settings: Settings, env: NodeJS.ProcessEnv): Secret {
  if (settings.get('spark.ssl.rpc.enabled') === 'true' || [...settings.keys()].some(key => key.startsWith('spark.authenticate.secret.'))) return undefined
  if (settings.get('spark.authenticate') !== 'true') return { is: null }
  const secret = env._SPARK_AUTH_SECRET ?? settings.get('spark.authenticate.secret')
  if (!secret) throw new SparkError('CONF_INVALID', { key: 'spark.authenticate.secret', value: '', expected: 'the secret of the master, which spark.authenticate asks for', example: 'the one that its spark-defaults.conf has' })
  return { is: secret }
}

/** Undefined: it takes us, or only Spark can tell. */
async function ask(place: string, secret: Secret): Promise<Outcome> {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(place) ?? []
  if (!host || Number(port) > 65_535) return { unreachable: 'it is not host:port' }
  const socket = connect(Number(port), host)
  try {
    const unreachable = await whyUnreachable(socket)
    if (unreachable !== undefined) return { unreachable }
    const refused = secret && await Promise.race([greet(socket, secret.is).catch(() => undefined), after(GREET_MS)])
    return refused && { refused }
  } finally { socket.destroy() }
}

function whyUnreachable(socket: Socket): Promise<string | undefined> {
  return new Promise(resolve => {
    socket.setTimeout(REACH_MS, () => resolve('no answer'))
    socket.once('connect', () => resolve(undefined))
    socket.once('error', error => resolve(error.message))
  })
}

const after = (ms: number): Promise<undefined> => new Promise(resolve => { setTimeout(() => resolve(undefined), ms).unref() })

/**
 * Ports that settings name: whether Spark's driver can listen there, tried by listening there ourselves for a moment. As Spark does, the next ones are
 * tried, too, as often as spark.port.maxRetries says. A port that no setting names is a free one.
 */
import { createServer } from 'node:net'
import { SparkError } from '../../../core/errors.js'
import { isHere } from '../here.js'
import type { Settings } from './preflight.js'

interface Service { readonly name: string; readonly setting: string; readonly host: string | undefined }

const [FIRST, END] = [1024, 65_536]
// Spark's default of spark.port.maxRetries.
const RETRIES = '16'

/** @throws SPARK_PORT_TAKEN, CONF_INVALID */
export async function checkPorts(settings: Settings, master: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await Promise.all(servicesOf(settings, master, env).map(service => checkService(service, settings)))
}

/** `host`: where they listen, if that is known. */
function servicesOf(settings: Settings, master: string, env: NodeJS.ProcessEnv): Service[] {
  const host = settings.get('spark.driver.bindAddress') ?? settings.get('spark.driver.host') ?? (isHere(master) ? '127.0.0.1' : env.SPARK_LOCAL_IP)
  const page = isHere(master) ? '127.0.0.1' : env.SPARK_LOCAL_IP ?? '0.0.0.0'
  return [
    { name: 'sparkDriver', setting: 'spark.driver.port', host },
    { name: 'its blocks', setting: settings.has('spark.driver.blockManager.port') ? 'spark.driver.blockManager.port' : 'spark.blockManager.port', host },
    ...settings.get('spark.ui.enabled') === 'true' ? [{ name: 'SparkUI', setting: 'spark.ui.port', host: page }] : [],
  ]
}

async function checkService({ name, setting, host }: Service, settings: Settings): Promise<void> {
  const value = settings.get(setting)
  if (value === undefined) return
  const port = portOf(setting, value)
  if (port === 0 || host === undefined) return
  const retries = Number(settings.get('spark.port.maxRetries') ?? RETRIES)
  let taken: string | undefined
  for (let i = 0; i <= retries; i++) {
    taken = await whyTaken(FIRST + (port + i - FIRST) % (END - FIRST), host)
    if (taken === undefined) return
  }
  if (taken !== undefined) throw new SparkError('SPARK_PORT_TAKEN', { service: name, reason: retries > 0 ? `${taken}, and so are the ${retries} after ${port}` : taken, setting })
}

function portOf(key: string, value: string): number {
  const port = /^\d+$/.test(value.trim()) ? Number(value) : NaN
  if (port === 0 || (port >= FIRST && port < END)) return port
  throw new SparkError('CONF_INVALID', { key, value, expected: `0 (a free one) or a port from ${FIRST} to ${END - 1}`, example: '7078' })
}

/** Undefined where it is free, and where only Spark can tell: the address may be unknown here. */
function whyTaken(port: number, host: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE' ? `port ${port} is taken` : code === 'EACCES' ? `port ${port} is not allowed` : undefined))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/**
 * Lines from a TCP server: socketTextStream. The engine receives (received.ts).
 *
 * Lines end at \n, \r\n or a lone \r. A server that is not there, or goes away, is tried again for ever; with `once`, what it
 * sends until it closes the connection is all.
 */
import { SparkError } from '../core/errors.js'
import type { InputSource } from '../plan/stream-plan.js'
import { ReceivedSource } from './received.js'

/** @throws ARGUMENT_INVALID when the port is none */
export function socketSource(host: string, port: number, once = false): InputSource {
  checkPort(port)
  return new ReceivedSource(`${host.includes(':') ? `[${host}]` : host}:${port}`, { kind: 'socketText', host, port, once })
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port > 0 && port < 65_536) return
  throw new SparkError('ARGUMENT_INVALID', { operator: 'socketTextStream', problem: `${port} is no port`, fix: 'give a port from 1 to 65535, for example socketTextStream("localhost", 9999)' })
}

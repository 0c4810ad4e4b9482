/**
 * Why Spark did not come up, from what its JVM says: in the exception that a SparkContext ended with, or, long before that, in its log, while Spark tries
 * again and again what cannot succeed.
 */
import { SparkError } from '../../core/errors.js'
import { JavaError } from './py4j-client.js'

interface Riddle { readonly pattern: RegExp; readonly error: (match: RegExpExecArray, master: string) => SparkError }

const refused = (reason: string): Riddle['error'] => (_, master) => new SparkError('MASTER_REFUSED', { master, reason })

/** What its log says of a master while Spark still tries. */
const IN_LOG: readonly Riddle[] = [
  { pattern: /Too large frame|HttpObjectDecoder|Unexpected message type/, error: refused('something answers there that is no Spark master') },
  { pattern: /Authentication failed|SaslException|(?:auth|challenge).*(?:failed|mismatch)|Mac check failed|BadPaddingException|AEADBadTagException/i, error: refused('its spark.authenticate.secret is another') },
  { pattern: /Expected SaslMessage|Unknown challenge|security is not enabled|Unauthenticated|not authenticated/i, error: refused('one of us asks for a secret, and the other has none: spark.authenticate') },
  { pattern: /InvalidClassException: ([\w.$]+);.*incompatible/, error: refused('it is of another version of Spark') },
]

/** What the exception says. */
const IN_EXCEPTION: readonly Riddle[] = [
  { pattern: /BindException: (.*?): Service '([^']+)' failed/, error: ([, reason, service]) => new SparkError('SPARK_PORT_TAKEN', { service: service!, reason: reason!, setting: settingOf(service!) }) },
  { pattern: /All masters are unresponsive|Cannot call methods on a stopped SparkContext|Application has been killed/, error: (_, master) => new SparkError('MASTER_UNREACHABLE', { master, reason: 'it has not answered for a minute' }) },
]

/** While Spark starts: what an exception in its log gives away. Other lines tell of what Spark overcomes. */
export const startErrorIn = (line: string, master: string): SparkError | undefined =>
  /^(?:Caused by: )?[\w.$]+(?:Exception|Error)\b/.test(line) ? first(IN_LOG, line, master) : undefined

export function startError(error: unknown, master: string): unknown {
  if (!(error instanceof JavaError)) return error
  return first(IN_EXCEPTION, error.message, master) ?? first(IN_LOG, error.message, master) ?? new SparkError('SPARK_START_FAILED', { reason: firstLine(error.message) }, { cause: error })
}

function first(riddles: readonly Riddle[], text: string, master: string): SparkError | undefined {
  for (const { pattern, error } of riddles) {
    const match = pattern.exec(text)
    if (match) return error(match, master)
  }
  return undefined
}

const firstLine = (text: string): string => text.split('\n')[0]!.replace(/^[\w.$]+(?:Exception|Error): /, '').trim()

const SETTINGS: readonly (readonly [service: RegExp, setting: string])[] = [
  [/^sparkDriver$/, 'spark.driver.port'],
  [/^SparkUI$/, 'spark.ui.port'],
  [/BlockTransfer/, 'spark.driver.blockManager.port'],
]

const settingOf = (service: string): string => SETTINGS.find(([pattern]) => pattern.test(service))?.[1] ?? 'the setting of its port'

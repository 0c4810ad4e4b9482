/**
 * `.send`: a line, or a file's lines, at once or so many a second: to the line server where one is open (`.nc`), else to the one
 * queueStream there is. What is on its way goes on until `.send off`.
 */
import { existsSync, statSync } from 'node:fs'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { Feed, type FeedTarget } from '../core/feed.js'
import type { QueueInputDStream, SteppableClock } from '../index.js'
import type { Command, CommandHost } from './commands.js'

export const SEND_COMMANDS: readonly Command[] = [
  { name: '.send', argument: 'WHAT', more: true, help: '"a line" or a file, at once or @2/s: to the line server, else to the queueStream; .send off ends it', run: send },
]

/** Lines, and how they are called. */
interface Load { readonly what: string; readonly lines: Iterable<string>; readonly ends: boolean }

interface Target extends FeedTarget<string> { readonly clock: SteppableClock }

const RATE = /(?:^|\s+)@(\S*)$/
const RATES: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }
const MOST_PER_SECOND = 1_000_000

async function send(host: CommandHost, text: string): Promise<void> {
  if (text === 'off') return stopAll(host)
  const said = RATE.exec(text)?.[1]
  const perSecond = said === undefined ? undefined : perSecondOf(said)
  const load = await loadOf(text.replace(RATE, '').trim(), perSecond !== undefined)
  const target = await targetOf(host)
  const feed = new Feed(load.lines, target, target.clock, perSecond === undefined ? {} : { perSecond })
  host.served.feeds.add(feed)
  if (perSecond !== undefined) host.print(host.look.colors.dim(`· ${load.what}, @${said}; .send off ends it`))
  void feed.done.then(sent => { if (load.ends) say(host, load.what, sent) }, error => host.complain(error)).finally(() => host.served.feeds.delete(feed))
}

function stopAll({ served: { feeds }, print, look }: CommandHost): void {
  print(look.colors.dim(feeds.size === 0 ? '· nothing is being sent' : `· ended; sent: ${[...feeds].map(({ sent }) => lines(sent)).join(', ')}`))
  for (const feed of feeds) feed.stop()
}

const say = ({ print, look }: CommandHost, what: string, sent: number): void => print(look.colors.dim(`· ${what}: ${lines(sent)} sent`))
const lines = (count: number): string => `${count} line${count === 1 ? '' : 's'}`

/** What stands in quotes is text, all else a file. @throws COMMAND_ARGUMENT */
async function loadOf(said: string, repeats: boolean): Promise<Load> {
  if (said === '') throw wrong('needs a line or a file', '.send "to be", .send "to be" @2/s, or .send poem.txt')
  if (/^["'`]/.test(said)) {
    const texts = unquoted(said).split(/\r\n|\n|\r/)
    return { what: escapeControls(said), lines: repeats ? forEver(texts) : texts, ends: false }
  }
  if (!existsSync(said)) throw wrong(`finds no file ${escapeControls(said)}`, `give a path from here; a line stands in quotes: .send ${JSON.stringify(escapeControls(said))}`)
  if (!statSync(said).isFile()) throw wrong(`reads files, and ${escapeControls(said)} is none`, 'give the path of a text file')
  const { fileLines } = await import('../index.js') // only now: the prompt stands before the package is loaded
  return { what: escapeControls(said), lines: fileLines(said), ends: true }
}

/** With the escapes of JSON. @throws COMMAND_ARGUMENT */
function unquoted(said: string): string {
  const quote = said[0]!
  const inner = said.length > 1 && said.endsWith(quote) ? said.slice(1, -1) : undefined
  const json = quote === '"' || inner === undefined ? said : `"${inner.replaceAll(`\\${quote}`, quote).replace(/(?<!\\)"/g, '\\"')}"`
  try { return JSON.parse(json) as string } catch { throw wrong(`cannot read ${escapeControls(said)}`, 'end the text with the quote that it began with; inside it, \\" and \\n and \\t as in JSON') }
}

function* forEver(texts: readonly string[]): Generator<string> { for (;;) yield* texts }

/** `2/s`, `0.5/s`, `30/min`. @throws COMMAND_ARGUMENT */
function perSecondOf(said: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\/([a-z]+)$/.exec(said) ?? []
  const rate = Number(count) / (RATES[unit ?? ''] ?? NaN)
  if (rate > 0 && rate <= MOST_PER_SECOND) return rate
  throw wrong(`@${escapeControls(said)} is no rate`, '@2/s, @0.5/s or @30/min; at most a million a second')
}

/** @throws COMMAND_ARGUMENT where there is no such place, or more than one */
async function targetOf(host: CommandHost): Promise<Target> {
  const context = await host.context()
  const lineServer = host.served.server
  if (lineServer) return { clock: context.clock, push: records => { if (records.length) lineServer.send(records.join('\n')) }, get room() { return lineServer.room }, whenRoom: act => { setTimeout(act, POLL_MS) } }
  const all = context.queueStreams as QueueInputDStream<string>[]
  const [stream, ...others] = all.length > 1 ? all.filter(each => each.isRead) : all
  if (all.length === 0) throw wrong('has nowhere to send to: no line server is open, and there is no queueStream', '.nc 9999 opens a server for socketTextStream("localhost", 9999); or: const typed = ssc.queueStream<string>()')
  if (!stream || others.length > 0) throw wrong(`cannot choose among ${all.length} queueStreams`, 'push into the one you mean: typed.push("to be")')
  return { clock: context.clock, push: records => stream.push(...records), get room() { return stream.room }, whenRoom: act => stream.whenRoom(act) }
}

// A client that was full has read some by then.
const POLL_MS = 20

const wrong = (problem: string, fix: string): SparkError => new SparkError('COMMAND_ARGUMENT', { command: '.send', problem, fix })

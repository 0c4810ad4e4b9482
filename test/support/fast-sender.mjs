/**
 * A server that sends lines of ten words as fast as they are taken, in a process of its own: says its port to its parent and, told to
 * stop, how many whole lines it has sent, when all of them are on their way. argv: lines a second, where there is a limit.
 */
import { createServer } from 'node:net'
import { seededRandom } from '#src/core/random.js'

const LINES = 20_000
const PER_SECOND = Number(process.argv[2] ?? Infinity)
const random = seededRandom(42)
const words = Array.from({ length: 4000 }, (_, i) => (i * 7919 % 4000).toString(36) + 'ing'.slice(0, i % 4))
const line = () => Array.from({ length: 10 }, () => words[Math.floor(random() ** 3 * 4000)]).join(' ') + '\n'
const pieces = Array.from({ length: 4 }, () => Buffer.from(Array.from({ length: LINES / 4 }, line).join('')))

let [sent, stopped] = [0, false]
const started = performance.now()
const server = createServer(client => {
  client.on('error', () => process.exit(1))
  const send = () => {
    const allowed = (performance.now() - started) / 1000 * PER_SECOND
    while (!stopped && sent < allowed) {
      sent += LINES / 4
      if (!client.write(pieces[sent / (LINES / 4) % 4])) return client.once('drain', send)
    }
    if (stopped) client.end(() => process.send(sent, () => process.disconnect()))
    else setTimeout(send, 10)
  }
  send()
}).listen(0, '127.0.0.1', () => process.send(server.address().port))

process.on('message', () => { stopped = true; server.close() })

/**
 * A server of lines in a process of its own, the same one beside every contender: whoever connects gets lines, at a pace or as fast as TCP
 * takes them. The text is prepared before, so that what is measured is the receiver.
 *
 * Standard input: `{ "linesPerSecond": n | null }` sets the pace of the connections to come
 * (null: as fast as TCP takes, 0: nothing is sent); `{ "end": true }` ends every connection with a
 * whole line. Standard output: `{ "port": n }` first, then `{ "lines": n, "connections": n }` for each connection that was
 * ended so: what it was sent, and how many there have been.
 */
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { textBytes } from './words.mjs'

const LINES = 200_000
const PIECE_BYTES = 1 << 20
const TICK_MS = 5
// A receiver that was slow for a moment is not punished with all it missed.
const LARGEST_DEBT_MS = 100

const text = textBytes(LINES)
const BYTES_PER_LINE = text.length / LINES
const senders = new Set()
let linesPerSecond = null
let connections = 0

class Sender {
  #at = 0
  #sent = 0
  #ending = false

  constructor(socket) {
    this.socket = socket
    socket.on('error', () => {}).on('close', () => {
      this.#ending = true
      senders.delete(this)
    })
    if (linesPerSecond === null) this.#freely()
    else if (linesPerSecond > 0) this.#paced(linesPerSecond * BYTES_PER_LINE / 1000)
  }

  end() { this.#ending = true }

  #freely() {
    if (this.#ending) return this.#finish()
    this.#write(PIECE_BYTES, error => { if (!error) this.#freely() }) // a gone receiver would be written to for ever
  }

  #paced(bytesPerMs) {
    let dueMs = performance.now()
    const timer = setInterval(() => {
      if (this.#ending) { clearInterval(timer); return this.#finish() }
      const now = performance.now()
      if (this.socket.writableLength > PIECE_BYTES) return
      dueMs = Math.max(dueMs, now - LARGEST_DEBT_MS)
      const bytes = Math.floor((now - dueMs) * bytesPerMs)
      dueMs += bytes / bytesPerMs
      for (let left = bytes; left > 0;) left -= this.#write(left)
    }, TICK_MS)
  }

  /** At most `bytes`, up to the end of the text. */
  #write(bytes, done) {
    const piece = text.subarray(this.#at, this.#at + bytes)
    this.#at = (this.#at + piece.length) % text.length
    this.#sent += piece.length
    this.socket.write(piece, done)
    return piece.length
  }

  /** The rest of the line, so that the receiver's last line is whole. */
  #finish() {
    if (this.socket.destroyed) return
    const rest = this.#at === 0 ? 0 : text.indexOf(10, this.#at - 1) + 1 - this.#at
    if (rest > 0) this.#write(rest)
    this.socket.end(() => say({ lines: linesIn(this.#sent), connections }))
  }
}

/** Whole turns of the text, and the line ends of the last one. */
function linesIn(bytes) {
  let lines = Math.floor(bytes / text.length) * LINES
  for (let at = text.indexOf(10); at >= 0 && at < bytes % text.length; at = text.indexOf(10, at + 1)) lines++
  return lines
}

const say = fact => process.stdout.write(`${JSON.stringify(fact)}\n`)

const server = createServer(socket => {
  connections++
  senders.add(new Sender(socket))
})
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }))

createInterface({ input: process.stdin }).on('line', line => {
  const order = JSON.parse(line)
  if (order.end) for (const sender of senders) sender.end()
  else linesPerSecond = order.linesPerSecond
}).on('close', () => process.exit())

/**
 * A server of lines in a process of its own, the same one beside every contender: whoever connects gets lines, at a pace or as fast as TCP
 * takes them. The text is prepared before, so that what is measured is the receiver.
 *
 * Standard output: `{ "port": n }`. Standard input: `{ "linesPerSecond": n }`, the pace of the connections to come; null: as fast as TCP takes them,
 * 0: nothing is sent.
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
let linesPerSecond = null

class Sender {
  #at = 0

  constructor(socket) {
    this.socket = socket
    socket.on('error', () => {})
    if (linesPerSecond === null) this.#freely()
    else if (linesPerSecond > 0) this.#paced(linesPerSecond * BYTES_PER_LINE / 1000)
  }

  #freely() { this.#write(PIECE_BYTES, error => { if (!error) this.#freely() }) } // a gone receiver would be written to for ever

  #paced(bytesPerMs) {
    let dueMs = performance.now()
    const timer = setInterval(() => {
      if (this.socket.writableLength > PIECE_BYTES) return
      const now = performance.now()
      dueMs = Math.max(dueMs, now - LARGEST_DEBT_MS)
      const bytes = Math.floor((now - dueMs) * bytesPerMs)
      dueMs += bytes / bytesPerMs
      for (let left = bytes; left > 0;) left -= this.#write(left)
    }, TICK_MS)
    this.socket.once('close', () => clearInterval(timer))
  }

  /** At most `bytes`, up to the end of the text: how many. */
  #write(bytes, done) {
    const piece = text.subarray(this.#at, this.#at + bytes)
    this.#at = (this.#at + piece.length) % text.length
    this.socket.write(piece, done)
    return piece.length
  }
}

const server = createServer(socket => { new Sender(socket) })
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`))

createInterface({ input: process.stdin })
  .on('line', line => { linesPerSecond = JSON.parse(line).linesPerSecond })
  .on('close', () => process.exit())

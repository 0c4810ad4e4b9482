/**
 * `.nc 9999`: a line server inside the shell, for those without nc.
 *
 * Whatever is sent goes to every client, unlike a real `nc -lk`, which feeds only its first. Lines sent before anybody has
 * connected wait for the first client. It listens on this machine only (127.0.0.1 and ::1), and takes nothing from clients.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { SparkError } from '../core/errors.js'

export interface LineServerOptions {
  readonly port: number
  /** Hears when clients come and go, as sentences. */
  readonly onNote?: (note: string) => void
}

export interface LineServer {
  readonly port: number
  readonly clients: number
  /** Lines it takes now for all its clients without keeping them. */
  readonly room: number
  /** Sends one line, or several, to every client; keeps them while there is none. */
  send(line: string): void
  /** Hangs up and frees the port. */
  close(): Promise<void>
}

// A line server is typed into by hand: more than this waits only where something has gone wrong.
const MOST_WAITING_CHARACTERS = 1024 * 1024
const MOST_UNREAD_BYTES = 16 * 1024 * 1024
// A feed waits for a client that has so much to read, and sends so many lines before it looks again.
const MUCH_UNREAD_BYTES = 1024 * 1024
const LINES_AT_ONCE = 16
const HOSTS = ['127.0.0.1', '::1']
const PORTS_TRIED = 100

/** @throws PORT_BUSY naming the next free port */
export async function openLineServer({ port, onNote = () => {} }: LineServerOptions): Promise<LineServer> {
  const lines = new Lines(onNote)
  const servers = await listenOn(port, client => lines.welcome(client))
  if (!servers) throw new SparkError('PORT_BUSY', { port, free: await nextFree(port) })
  return {
    port: portOf(servers[0]!),
    get clients() { return lines.clients.size },
    get room() { return lines.room },
    send: line => lines.send(line),
    async close() {
      lines.hangUp()
      await Promise.all(servers.map(closed))
    },
  }
}

class Lines {
  readonly clients = new Set<Socket>()
  #waiting: string[] = []
  #waitingCharacters = 0

  constructor(readonly note: (text: string) => void) {}

  welcome(client: Socket): void {
    client.setNoDelay(true).resume()
    client.on('error', () => {}) // a client that breaks off has left, as one that hangs up has
    client.on('close', () => {
      if (this.clients.delete(client)) this.note(`a client has left (${this.#count()} now)`)
    })
    this.clients.add(client)
    this.note(`a client has connected (${this.#count()} now)`)
    for (const line of this.#waiting) client.write(line)
    this.#waiting = []
    this.#waitingCharacters = 0
  }

  get room(): number {
    const unread = [...this.clients].map(client => client.writableLength)
    return unread.length > 0 && Math.max(...unread) < MUCH_UNREAD_BYTES ? LINES_AT_ONCE : 0
  }

  send(line: string): void {
    const text = line.endsWith('\n') ? line : `${line}\n`
    if (this.clients.size === 0) return this.#keep(text)
    for (const client of this.clients) this.#give(client, text)
  }

  hangUp(): void {
    const leaving = [...this.clients]
    this.clients.clear()
    for (const client of leaving) client.destroySoon()
  }

  #give(client: Socket, text: string): void {
    client.write(text)
    if (client.writableLength < MOST_UNREAD_BYTES) return
    this.note('a client does not read and is hung up on')
    client.destroy()
  }

  #keep(text: string): void {
    this.#waiting.push(text)
    this.#waitingCharacters += text.length
    while (this.#waitingCharacters > MOST_WAITING_CHARACTERS) this.#waitingCharacters -= this.#waiting.shift()!.length
  }

  #count(): string { return this.clients.size === 1 ? '1 client' : `${this.clients.size} clients` }
}

/** Servers on all local addresses that this machine has, or undefined where one of them is taken. */
async function listenOn(port: number, welcome: (client: Socket) => void): Promise<Server[] | undefined> {
  const servers: Server[] = []
  for (const host of HOSTS) {
    const server = createServer(welcome)
    const failure = await listening(server, servers[0] ? portOf(servers[0]) : port, host)
    if (!failure) servers.push(server)
    else if (!ABSENT.has(failure)) return void await Promise.all(servers.map(closed))
  }
  return servers
}

// A machine without IPv6 has no ::1 to listen on.
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/** The code of what stood in the way, if anything. Other errors (EACCES below port 1024) are thrown as they are. */
async function listening(server: Server, port: number, host: string): Promise<string | undefined> {
  try {
    await once(server.listen({ port, host, ipv6Only: host.includes(':') }), 'listening')
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || (code && ABSENT.has(code))) return code
    throw error
  }
}

async function nextFree(port: number): Promise<number> {
  for (let candidate = port + 1; candidate < Math.min(port + PORTS_TRIED, 65_536); candidate++) {
    const servers = await listenOn(candidate, client => client.destroy())
    if (!servers) continue
    await Promise.all(servers.map(closed))
    return candidate
  }
  return port + 1
}

const portOf = (server: Server): number => (server.address() as { port: number }).port
const closed = (server: Server): Promise<void> => new Promise(resolve => { server.close(() => resolve()) })

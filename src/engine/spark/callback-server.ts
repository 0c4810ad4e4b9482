/**
 * Where the JVM calls us: objects of ours that implement Java interfaces, known there by their ids. On loopback, for whoever says the
 * gateway's secret first.
 *
 * A command is a few lines, the last of them `e`; each is answered by one line before the next one on that connection is looked
 * at. What makes no sense is answered with the reason; who sends no end of it, or a wrong secret, is hung up on.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { answerProblem, answerWith, decode, Proxy, type JavaArgument, type JavaValue } from './py4j-text.js'

type Method = (...args: never[]) => JavaArgument | void | Promise<JavaArgument | void>
/** By the names of their Java methods. */
export type Callbacks = Readonly<Record<string, Method>>

// The JVM's commands here are a few short lines.
const MOST_CHARS = 1024 * 1024

export class CallbackServer {
  readonly #objects = new Map<string, Callbacks>()
  readonly #sockets = new Set<Socket>()
  #next = 0

  private constructor(readonly server: Server) {}

  static async open(secret: string): Promise<CallbackServer> {
    const server = createServer({ noDelay: true })
    const callbacks = new CallbackServer(server)
    server.on('connection', socket => callbacks.#welcome(socket, secret))
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    return callbacks
  }

  get port(): number { return (this.server.address() as AddressInfo).port }
  /** How many objects the JVM may call. */
  get size(): number { return this.#objects.size }

  /** An argument for the JVM: it calls the object until it forgets it. */
  object(javaInterface: string, methods: Callbacks): Proxy {
    const id = `tspark${this.#next++}`
    this.#objects.set(id, methods)
    return new Proxy(id, [javaInterface])
  }

  close(): void {
    this.server.close().unref()
    for (const socket of this.#sockets) socket.destroy()
  }

  #welcome(socket: Socket, secret: string): void {
    let text = ''
    let known = false
    let turn = Promise.resolve()
    this.#sockets.add(socket)
    socket.setEncoding('utf8')
    socket.on('error', () => {}).on('close', () => { this.#sockets.delete(socket) })
    const obey = (command: readonly string[]): void => {
      if (known) turn = turn.then(async () => { socket.write(await this.#answer(command)) })
      else if (isSecret(command, secret)) known = socket.write('!yv\n') || true
      else socket.destroy()
    }
    socket.on('data', (data: string) => {
      text += data
      for (let end = endOf(text); end > 0 && !socket.destroyed; end = endOf(text)) {
        const command = text.slice(0, end).split('\n').slice(0, -2)
        text = text.slice(end)
        obey(command)
      }
      if (text.length > MOST_CHARS) socket.destroy()
    })
  }

  async #answer([kind, id, method, ...args]: readonly string[]): Promise<string> {
    if (kind === 'g') this.#objects.delete(id ?? '')
    if (kind === 'g') return answerWith(null)
    try {
      if (kind !== 'c' || id === undefined || method === undefined) return answerProblem(`not a command: ${kind?.slice(0, 40)}`)
      return answerWith(await this.#call(id, method, args.map(decode)) ?? null)
    } catch (error) { return answerProblem(error instanceof Error ? error.message : String(error)) }
  }

  #call(id: string, method: string, args: readonly JavaValue[]): ReturnType<Method> {
    const object = this.#objects.get(id)
    if (!object) throw new Error(`there is no object ${id.slice(0, 40)}`)
    if (!Object.hasOwn(object, method)) throw new Error(`${id} has no method ${method.slice(0, 40)}`)
    return object[method]!(...args as never[])
  }
}

/** Where the first whole command ends; 0 while some of it is missing. */
function endOf(text: string): number {
  const end = text.startsWith('e\n') ? 0 : text.indexOf('\ne\n') + 1
  return text.startsWith('e\n') || end > 0 ? end + 2 : 0
}

/** Of equal length, so that comparing takes as long for any guess. */
const isSecret = ([kind, said, ...more]: readonly string[], secret: string): boolean =>
  kind === 'A' && said !== undefined && more.length === 0 && timingSafeEqual(digest(said), digest(secret))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

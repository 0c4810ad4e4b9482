/**
 * Calls into the JVM over a bounded number of connections: each one is a thread of the JVM (2,000 calls at once, unbounded, opened
 * 2,000 threads and hung it).
 *
 * Quick calls and those that last as long as a job have connections of their own, so that no number of running jobs keeps a
 * cancellation waiting. A `Session` is one connection for a while: what Spark keeps per thread (a job's group) holds within it.
 */
import { SparkError } from '../../core/errors.js'
import { Py4jConnection } from './py4j-connection.js'
import { construction, elementOf, JavaRef, methodCall, releaseOf, staticOf, textOfException, type Answer, type JavaArgument, type JavaValue } from './py4j-text.js'

export interface GatewayAddress { readonly port: number; readonly secret: string }

const MOST_QUICK = 16
const MOST_SESSIONS = 32

/** A Java exception: its stack trace as the JVM prints it. */
export class JavaError extends Error {
  override readonly name = 'JavaError'
}

/** Where commands go: the client itself, or a session of it. */
export abstract class JavaCalls {
  /** Sends a command. */
  abstract ask(command: string): Promise<Answer>
  /** Told of each object that came. */
  protected came(_ref: JavaRef): void {}

  /** Calls a method of an object. */
  call(target: JavaRef, method: string, ...args: readonly JavaArgument[]): Promise<JavaValue> { return this.#run(methodCall(target.id, method, args)) }
  /** Calls a static method, or one of a Scala companion object. */
  statically(className: string, method: string, ...args: readonly JavaArgument[]): Promise<JavaValue> { return this.#run(methodCall(staticOf(className), method, args)) }
  /** Calls the gateway itself. */
  gateway(method: string, ...args: readonly JavaArgument[]): Promise<JavaValue> { return this.#run(methodCall('GATEWAY_SERVER', method, args)) }
  element(array: JavaRef, index: number): Promise<JavaValue> { return this.#run(elementOf(array, index)) }

  async make(className: string, ...args: readonly JavaArgument[]): Promise<JavaRef> { return asRef(await this.#run(construction(className, args))) }
  /** For calls that give an object. */
  async object(target: JavaRef, method: string, ...args: readonly JavaArgument[]): Promise<JavaRef> { return asRef(await this.call(target, method, ...args)) }
  async staticObject(className: string, method: string, ...args: readonly JavaArgument[]): Promise<JavaRef> { return asRef(await this.statically(className, method, ...args)) }

  async list(items: readonly JavaArgument[]): Promise<JavaRef> {
    const list = await this.make('java.util.ArrayList')
    for (const item of items) await this.call(list, 'add', item)
    return list
  }

  /** Objects that come while `work` runs are forgotten after it, but for those that it keeps. */
  async scoped<T>(work: (calls: Scope) => Promise<T>): Promise<T> {
    const scope = new Scope(this)
    try { return await work(scope) } finally { scope.end() }
  }

  /** The gateway forgets the objects. Nobody waits for it. */
  release(refs: Iterable<JavaRef>): void { for (const ref of refs) void this.ask(releaseOf(ref)).catch(() => {}) }

  async #run(command: string): Promise<JavaValue> {
    const answer = await this.ask(command)
    if ('value' in answer) {
      if (answer.value instanceof JavaRef) this.came(answer.value)
      return answer.value
    }
    if ('problem' in answer) throw new JavaError(answer.problem)
    const text = await this.ask(textOfException(answer.exception))
    this.release([answer.exception])
    throw new JavaError('value' in text ? String(text.value) : 'an exception without a text')
  }
}

/** What a JVM makes on the way would stay in its gateway for good, and with it every shuffle that it holds on to. */
export class Scope extends JavaCalls {
  readonly #refs = new Set<JavaRef>()

  constructor(readonly calls: JavaCalls) { super() }

  ask(command: string): Promise<Answer> { return this.calls.ask(command) }
  protected override came(ref: JavaRef): void { this.#refs.add(ref) }

  keep(ref: JavaRef): JavaRef {
    this.#refs.delete(ref)
    return ref
  }

  end(): void { this.release(this.#refs) }
}

function asRef(value: JavaValue): JavaRef {
  if (value instanceof JavaRef) return value
  throw new Error(`the JVM gave ${String(value)} where an object was expected`)
}

export class Py4jClient extends JavaCalls {
  readonly #quick: Connections
  readonly #sessions: Connections

  constructor(address: GatewayAddress) {
    super()
    this.#quick = new Connections(address, MOST_QUICK)
    this.#sessions = new Connections(address, MOST_SESSIONS)
  }

  async ask(command: string): Promise<Answer> { return this.#quick.use(connection => connection.ask(command)) }

  /** Everything that `use` asks goes over one connection, and so through one thread of the JVM. */
  session<T>(use: (calls: JavaCalls) => Promise<T>): Promise<T> {
    return this.#sessions.use(connection => use(new Session(connection)))
  }

  close(): void {
    this.#quick.close()
    this.#sessions.close()
  }
}

class Session extends JavaCalls {
  constructor(readonly connection: Py4jConnection) { super() }
  ask(command: string): Promise<Answer> { return this.connection.ask(command) }
}

class Connections {
  readonly #open = new Set<Py4jConnection>()
  readonly #idle: Py4jConnection[] = []
  readonly #queue: (() => void)[] = []
  #busy = 0
  #closed = false

  constructor(readonly address: GatewayAddress, readonly most: number) {}

  async use<T>(work: (connection: Py4jConnection) => Promise<T>): Promise<T> {
    while (this.#busy >= this.most) await new Promise<void>(resolve => { this.#queue.push(resolve) })
    this.#busy++
    try {
      const connection = await this.#take()
      try { return await work(connection) } finally { this.#giveBack(connection) }
    } finally {
      this.#busy--
      this.#queue.shift()?.()
    }
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#open) connection.close()
  }

  async #take(): Promise<Py4jConnection> {
    if (this.#closed) throw new SparkError('CONTEXT_STOPPED')
    for (let found = this.#idle.pop(); found; found = this.#idle.pop()) if (!found.isDead) return found
    const connection = await Py4jConnection.open(this.address.port, this.address.secret)
    this.#open.add(connection)
    return connection
  }

  #giveBack(connection: Py4jConnection): void {
    if (connection.isDead) this.#open.delete(connection)
    else this.#idle.push(connection)
  }
}

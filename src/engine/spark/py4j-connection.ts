/**
 * One connection to the JVM's gateway: a thread of the JVM for as long as it is open. One command at a time; each is answered by
 * one line. Once it fails it is dead, and everything that waits for it hears why.
 */
import { connect, type Socket } from 'node:net'
import { SparkError } from '../../core/errors.js'
import { authentication, readAnswer, type Answer } from './py4j-text.js'

interface Waiting { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }

export class Py4jConnection {
  #waiting: Waiting[] = []
  #pieces: Buffer[] = []
  #dead: Error | undefined

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', data => this.#read(data))
    socket.on('error', error => this.#die(new SparkError('SPARK_LOST', { reason: error.message }, { cause: error })))
    socket.on('close', () => this.#die(new SparkError('SPARK_LOST', { reason: 'its connection was closed' })))
  }

  /** @throws SPARK_GATEWAY_REFUSED when the secret is wrong, SPARK_LOST when nobody listens */
  static async open(port: number, secret: string): Promise<Py4jConnection> {
    const connection = new Py4jConnection(connect(port, '127.0.0.1'))
    const answer = await connection.ask(authentication(secret)).catch((error: unknown) => ({ problem: String((error as Error).message) }))
    if ('value' in answer) return connection
    connection.close()
    throw new SparkError('SPARK_GATEWAY_REFUSED', { reason: 'problem' in answer ? answer.problem : 'an exception' })
  }

  get isDead(): boolean { return this.#dead !== undefined }

  /** Sends a command and gives its answer. */
  async ask(command: string): Promise<Answer> {
    if (this.#dead) throw this.#dead
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.socket.write(command)
    })
    return readAnswer(line)
  }

  close(): void { this.socket.destroy() }

  #read(data: Buffer): void {
    let from = 0
    for (let end = data.indexOf(LF); end >= 0; end = data.indexOf(LF, from)) {
      this.#pieces.push(data.subarray(from, end))
      this.#waiting.shift()?.resolve(Buffer.concat(this.#pieces).toString('utf8'))
      this.#pieces = []
      from = end + 1
    }
    if (from < data.length) this.#pieces.push(data.subarray(from))
  }

  #die(error: Error): void {
    this.#dead ??= error
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(this.#dead)
  }
}

const LF = 10

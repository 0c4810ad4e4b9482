/**
 * The streaming half of the Spark without Java: a StreamingContext whose receivers are sockets of this process, and that calls back
 * over TCP as Py4J does. Each batch's input is an RDD of strings, a partition per 100 lines.
 *
 * FAKE_SPARK=streaming: the context cannot be started.
 */
import { connect } from 'node:net'

const LINES_PER_BLOCK = 100
const RESTART_MS = 100

const escape = text => text.replace(/\\/g, '\\\\').replace(/\r/g, '\\r').replace(/\n/g, '\\n')

/** `encode`: a value as an answer holds it; `decode`: the other way. */
export function streaming({ Rdd, secret, encode, decode }) {
  let callbackPort = 0

  /** An object on the other side: its methods are called one after another, each on a connection of its own. */
  const proxy = text => {
    const [id] = text.split(';')
    return { call: (method, ...args) => called(callbackPort, secret, ['c', id, method, ...args.map(arg => typeof arg === 'number' ? `L${arg}` : typeof arg === 'string' ? `s${escape(arg)}` : encode(arg)), 'e', ''].join('\n')).then(decode) }
  }

  const blockRdd = (lines, sc) => {
    const blocks = Array.from({ length: Math.ceil(lines.length / LINES_PER_BLOCK) }, (_, i) => lines.slice(i * LINES_PER_BLOCK, (i + 1) * LINES_PER_BLOCK))
    const rdd = new Rdd(blocks.length, i => {
      if (rdd.removed) throw Object.assign(new Error('removed'), { java: 'org.apache.spark.SparkException: Attempted to use BlockRDD[1] after its blocks have been removed!' })
      return blocks[i].map(line => Buffer.from(line))
    })
    sc.blocks = (sc.blocks ?? 0) + blocks.length
    return Object.assign(rdd, { getNumPartitions: () => blocks.length, removeBlocks() { sc.blocks -= blocks.length; this.removed = true; return null } })
  }

  class Receiver {
    lines = []
    text = ''
    constructor(context, id, host, port) { Object.assign(this, { context, id, host, port }) }
    dstream() { return { id: () => this.id } }
    tell(method, message = '', error = '') {
      const info = { streamId: () => this.id, executorId: () => 'driver', lastErrorMessage: () => message, lastError: () => error }
      for (const listener of this.context.listeners) void listener.call(method, { receiverInfo: () => info }).catch(() => {})
    }
    open() {
      this.tell('onReceiverStarted')
      this.socket = connect(this.port, this.host).setEncoding('utf8')
      this.socket.on('data', data => {
        const lines = (this.text + data).split(/\r\n|\r|\n/)
        this.text = lines.pop()
        this.lines.push(...lines)
      })
      let error
      this.socket.on('error', found => { error = found })
      this.socket.on('close', () => {
        if (this.stopped) return
        this.tell('onReceiverStopped', ...error ? [`Restarting receiver with delay 2000ms: Error connecting to ${this.host}:${this.port}`, 'java.net.ConnectException: Connection refused\n\tat a.B'] : ['Restarting receiver with delay 2000ms: Socket data stream had no more data', ''])
        setTimeout(() => { if (!this.stopped) this.open() }, RESTART_MS)
      })
    }
    close() {
      this.stopped = true
      this.socket.destroy()
    }
  }

  class Context {
    receivers = []
    listeners = []
    infos = new Map()
    constructor(sc, { ms }) { Object.assign(this, { sc, ms }) }
    ssc() { return this }
    scheduler() { return this }
    receiverTracker() { return this.tracker }
    inputInfoTracker() { return this }
    getInfo({ ms }) { return { apply: id => ({ numRecords: () => this.infos.get(`${ms} ${id}`) }) } }
    addStreamingListener(listener) { this.listeners.push(listener); return null }
    socketTextStream(host, port) {
      this.receivers.push(new Receiver(this, this.receivers.length, host, port))
      return this.receivers.at(-1)
    }
    start() {
      if (process.env.FAKE_SPARK === 'streaming') throw Object.assign(new Error('no'), { java: 'java.lang.IllegalStateException: no streams today\n\tat a.B' })
      const { receivers } = this
      this.tracker = {
        stop: () => { for (const receiver of receivers) receiver.close(); return null },
        hasUnallocatedBlocks: () => receivers.some(({ lines }) => lines.length > 0),
        sendRateUpdate: (id, rate) => { receivers[id].rate = rate; return null },
      }
      for (const receiver of receivers) receiver.open()
      this.tick()
      return null
    }
    tick() {
      const next = (Math.floor(Date.now() / this.ms) + 1) * this.ms
      this.timer = setTimeout(() => { this.batch(next); this.tick() }, next - Date.now())
    }
    batch(ms) {
      for (const receiver of this.receivers) {
        const lines = receiver.lines.splice(0)
        this.infos.set(`${ms} ${receiver.id}`, lines.length)
        const rdds = [blockRdd(lines, this.sc)]
        void receiver.f.call('call', ms, { get: i => rdds[i] }).then(() => receiver.f.call('getLastFailure')).catch(error => console.error(error))
      }
    }
    stop() {
      clearTimeout(this.timer)
      for (const receiver of this.receivers) receiver.close()
      return null
    }
  }

  return {
    proxy,
    gateway: { resetCallbackClient: (_address, port) => { callbackPort = port; return null } },
    classes: {
      'org.apache.spark.streaming.Duration': ms => ({ ms }),
      'org.apache.spark.streaming.Time': ms => ({ ms }),
      'org.apache.spark.streaming.api.java.JavaStreamingContext': (sc, duration) => new Context(sc, duration),
      'org.apache.spark.streaming.api.java.PythonStreamingListenerWrapper': listener => listener,
      'org.apache.spark.streaming.api.java.JavaStreamingListenerWrapper': listener => listener,
    },
    statics: {
      'InetAddress.getLoopbackAddress': () => ({}),
      'PythonDStream.callForeachRDD': (stream, f) => { stream.f = f; return null },
    },
  }
}

/** Says the secret, gives the command; the answer's value. */
function called(port, secret, command) {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(`A\n${secret}\ne\n`))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('hung up')))
    socket.setEncoding('utf8').on('data', data => {
      text += data
      const [first, second, rest] = text.split('\n')
      if (second === undefined) return
      if (rest === undefined) return second === '' ? socket.write(command) : undefined
      socket.destroy()
      if (first === '!yv' && second.startsWith('!y')) resolve(second.slice(2))
      else reject(new Error(second))
    })
  })
}

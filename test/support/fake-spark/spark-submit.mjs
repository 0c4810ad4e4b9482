#!/usr/bin/env node
/**
 * A Spark without Java: what stands at $SPARK_HOME/bin/spark-submit for tests. It opens a Py4J gateway as the real one does, knows the
 * few classes that the engine calls, and runs their RDDs with the real worker daemon, one task after another. Frames of an exchange
 * come to a reducer in the reverse order of their map tasks: Spark promises none.
 *
 * What spark.archives names is unpacked where the daemon works, as executors do it.
 *
 * In cluster deploy mode it starts the driver's program there, as PythonRunner does, and ends with it.
 *
 * FAKE_SPARK names what goes wrong: `fails` (ends with a message), `secret` (refuses every secret), or what a SparkContext says (a row of SAID). FAKE_SPARK_DIALECT=4.3 speaks to workers as 4.3 does.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { broadcastFile, taker } from './encryption.mjs'
import { Daemon, runWorker } from './executor.mjs'
import { streaming } from './streaming.mjs'

const SECRET = randomBytes(32).toString('hex')
const fault = process.env.FAKE_SPARK
if (fault === 'fails') {
  console.error('Exception in thread "main" org.apache.spark.SparkException: the disk is on fire')
  process.exit(1)
}

// — objects of the "JVM" —

const objects = new Map()
let next = 0
const reference = object => {
  const id = `o${next++}`
  objects.set(id, object)
  return id
}

class Rdd {
  constructor(partitions, compute, options = {}) { Object.assign(this, { numPartitions: partitions, compute: this.#cached(compute), partitioner: options.partitioner }) }
  #cached(compute) {
    const kept = new Map()
    return async partition => {
      if (!this.persisted) return compute(partition)
      if (!kept.has(partition)) kept.set(partition, await compute(partition))
      return kept.get(partition)
    }
  }
  rdd() { return this }
  asJavaRDD() { return this }
  toJavaRDD() { return this }
  asJavaPairRDD() { return this }
  classTag() { return {} }
  persist() { this.persisted = true; return this }
  unpersist() { return this }
  localCheckpoint() { return this }
  partitionBy({ partitions }) {
    // What is placed by an equal partitioner already is left where it is.
    if (this.partitioner === partitions) return new Rdd(partitions, async i => (await this.compute(i)).filter((_, at) => at % 2 === 1), { partitioner: partitions })
    // Exchanged once, as Spark keeps its shuffle files.
    let exchanged
    const exchange = async () => {
      const buckets = Array.from({ length: partitions }, () => [])
      for (let i = this.numPartitions - 1; i >= 0; i--) {
        const frames = await this.compute(i)
        for (let at = 0; at < frames.length; at += 2) buckets[Number(frames[at].readBigInt64BE(0))].push(frames[at + 1])
      }
      return buckets
    }
    return new Rdd(partitions, async partition => (await (exchanged ??= exchange()))[partition], { partitioner: partitions })
  }
}

const frames = bytes => {
  const found = []
  for (let at = 0; at < bytes.length; at += 4 + bytes.readInt32BE(at)) found.push(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at)))
  return found
}

const union = rdds => {
  const places = rdds.flatMap(rdd => Array.from({ length: rdd.numPartitions }, (_, i) => [rdd, i]))
  return new Rdd(places.length, i => places[i][0].compute(places[i][1]))
}

/** Where executors work. */
const place = mkdtempSync(join(tmpdir(), 'tspark-executor-'))
process.on('exit', () => rmSync(place, { recursive: true, force: true }))
const conf = new Map(process.argv.flatMap((word, i) => process.argv[i - 1] === '--conf' ? [[word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]] : []))
for (const archive of conf.get('spark.archives')?.split(',') ?? []) {
  const [path, as] = archive.split('#')
  mkdirSync(join(place, as))
  execFileSync('tar', ['-xzf', path.startsWith('file:') ? fileURLToPath(path) : path, '-C', join(place, as)])
}

const daemons = new Map()
let accumulator
let cancelled = new Set()
let encrypted = false

const never = () => new Promise(() => {})
const logged = line => () => { console.error(`24/11/23 12:00:00 WARN ${line}`); return never() }
const thrown = java => () => { throw Object.assign(new Error(java), { java }) }

/** What becomes of a SparkContext, as the log and the exceptions of real ones say it. */
const SAID = {
  port: thrown("java.net.BindException: Address already in use: Service 'sparkDriver' failed after 16 retries (starting from 4040)! Consider explicitly setting the appropriate port\n\tat java.base/x"),
  memory: thrown('java.lang.IllegalArgumentException: System memory 100 must be at least 471859200. Please increase heap size\n\tat java.base/x'),
  http: logged('TransportChannelHandler: Exception in connection\njava.lang.IllegalArgumentException: Too large frame: 5211883372140375593'),
  authentication: logged('StandaloneAppClient$ClientEndpoint: Failed to connect to master h:7077\nCaused by: java.lang.IllegalArgumentException: Authentication failed.'),
  silence: never,
  noMaster: logged('StandaloneAppClient$ClientEndpoint: Failed to connect to master h:7077'),
}

const CLASSES = {
  'java.util.ArrayList': () => Object.assign([], { add(item) { this.push(item); return true } }),
  'java.util.HashMap': () => Object.assign(new Map(), { put(key, value) { this.set(key, value); return null } }),
  'org.apache.spark.SparkConf': () => ({ settings: new Map(), set(key, value) { this.settings.set(key, value); return this }, setIfMissing(key, value) { return this.settings.has(key) ? this : this.set(key, value) } }),
  'org.apache.spark.api.java.JavaSparkContext': ({ settings }) => SAID[fault]?.() ?? ({
    encrypted: encrypted = settings.get('spark.io.encryption.enabled') === 'true',
    sc() { return this },
    version: () => process.env.FAKE_SPARK_DIALECT === '4.3' ? '4.3.0' : '3.5.7',
    register() { return null },
    stop() { return null },
    setJobGroup(group) { this.group = group; return null },
    cancelJobGroup(group) { cancelled.add(group); return null },
    getCheckpointDir: () => ({ isDefined: () => false }),
    parallelize: (_list, partitions) => new Rdd(partitions, () => []),
    broadcast: file => ({ id: () => (file.number ??= next++), destroy: () => null, file }),
  }),
  'org.apache.spark.api.python.PythonAccumulatorV2': (host, port, token) => accumulator = { host, port, token },
  'org.apache.spark.api.python.SimplePythonFunction': (command, env, _includes, exec, version, broadcasts) => ({ command, env, exec, version, broadcasts }),
  'org.apache.spark.api.python.PythonRDD': (parent, fn, preserves) =>
    new Rdd(parent.numPartitions, async partition => {
      const key = `${fn.exec} ${[...fn.env]}`
      if (!daemons.has(key)) daemons.set(key, Daemon.start(fn.exec, Object.fromEntries(fn.env), place))
      return runWorker(await daemons.get(key), { partition, fn, input: await parent.compute(partition), accumulator })
    }, preserves ? { partitioner: parent.partitioner } : {}),
  'org.apache.spark.api.python.PythonParallelizeServer': async (_sc, slices) => {
    const { port, secret, received } = await taker()
    const place = process.env.FAKE_SPARK_DIALECT === '4.3' ? { connInfo: () => port } : { port: () => port }
    return { ...place, secret: () => secret, async getResult() { const found = frames(await received); return new Rdd(slices, i => [found[i]]) } }
  },
  'org.apache.spark.api.python.PairwiseRDD': parent => parent,
  'org.apache.spark.api.python.PythonPartitioner': partitions => ({ partitions }),
  'org.apache.spark.rdd.UnionRDD': (_sc, rdds) => union(rdds),
  'org.apache.spark.rdd.PartitionerAwareUnionRDD': (_sc, rdds) => {
    if (rdds.some(({ partitioner }) => partitioner === undefined || partitioner !== rdds[0].partitioner)) throw new Error('java.lang.IllegalArgumentException: requirement failed: Parent RDDs have different partitioners')
    return new Rdd(rdds[0].numPartitions, async i => (await Promise.all(rdds.map(rdd => rdd.compute(i)))).flat(), { partitioner: rdds[0].partitioner })
  },
}

const STATIC = {
  'PythonRDD.readRDDFromFile': (_jsc, path, slices) => { const found = frames(readFileSync(path)); return new Rdd(slices, i => [found[i]]) },
  'PythonUtils.isEncryptionEnabled': ({ encrypted }) => encrypted,
  'PythonRDD.setupBroadcast': path => encrypted ? broadcastFile(path) : ({ path, setBroadcastId(id) { this.number = id; return null } }),
  'PythonRDD.valueOfPair': rdd => rdd,
  'PythonRDD.collectAndServe': rdd => serve(rdd, Array.from({ length: rdd.numPartitions }, (_, i) => i)),
  'PythonRDD.runJob': (_sc, rdd, partitions) => serve(rdd, partitions),
  'PythonUtils.toSeq': list => list,
  'StorageLevels.create': () => ({}),
}

/** [port, secret] of a socket that gives the frames once. */
async function serve(rdd, partitions) {
  const all = []
  for (const partition of partitions) all.push(...await rdd.compute(partition))
  const secret = randomBytes(16).toString('hex')
  const server = createServer(socket => {
    let asked = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', data => {
      asked = Buffer.concat([asked, data])
      if (asked.length < 4 + secret.length) return
      const length = n => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(n); return bytes }
      if (asked.toString('utf8', 4) !== secret) return socket.destroy()
      socket.end(Buffer.concat([length(2), Buffer.from('ok'), ...all.flatMap(frame => [length(frame.length), frame]), length(-1)]))
      server.close()
    })
  })
  await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return [server.address().port, secret, {}]
}

// — the gateway —

const unescape = text => text.replace(/\\(.)/gs, (_, c) => c === 'n' ? '\n' : c === 'r' ? '\r' : c)
const escape = text => text.replace(/\\/g, '\\\\').replace(/\r/g, '\\r').replace(/\n/g, '\\n')

function decode(line) {
  const rest = line.slice(1)
  return { n: () => null, b: () => rest === 'True', i: () => Number(rest), L: () => Number(rest), d: () => Number(rest), s: () => unescape(rest), j: () => Buffer.from(rest, 'base64'), r: () => objects.get(rest), f: () => streams.proxy(rest), v: () => null }[line[0]]()
}

function encode(value) {
  if (value === null || value === undefined) return 'v'
  if (typeof value === 'boolean') return `b${value}`
  if (typeof value === 'number') return `i${value}`
  if (typeof value === 'string') return `s${escape(value)}`
  return `r${reference(value)}`
}

async function obey([kind, ...words]) {
  const args = words.slice(0, -1)
  switch (kind) {
    case 'c': {
      const [target, method, ...given] = args
      if (!target.startsWith('z:')) return objects.get(target)[method](...given.map(decode))
      return STATIC[`${target.split('.').at(-1)}.${method}`](...given.map(decode))
    }
    case 'i': return CLASSES[args[0]](...args.slice(1).map(decode))
    case 'a': return objects.get(args[1])[decode(args[2])]
    case 'm': objects.delete(args[1]); return null
    case 'p': return String(decode(args[0]).text)
  }
}

const streams = streaming({ Rdd, secret: SECRET, encode, decode })
Object.assign(CLASSES, streams.classes)
Object.assign(STATIC, streams.statics)
objects.set('GATEWAY_SERVER', streams.gateway)

const server = createServer(socket => {
  let text = ''
  let known = false
  let turn = Promise.resolve()
  socket.on('error', () => {})
  socket.on('data', data => {
    text += data
    if (!known) {
      const [, secret] = /^A\n(.*)\n/.exec(text) ?? []
      if (secret === undefined) return
      if (secret !== SECRET || fault === 'secret') { socket.end('!xsAuthentication error: unexpected\n'); return }
      known = true
      text = text.slice(secret.length + 3)
      socket.write('!yv\n')
    }
    for (let end = text.indexOf('\ne\n'); end >= 0; end = text.indexOf('\ne\n')) {
      const lines = text.slice(0, end + 2).split('\n')
      text = text.slice(end + 3)
      turn = turn.then(async () => {
        try { socket.write(`!y${encode(await obey(lines))}\n`) } catch (error) { socket.write(`!xr${reference({ text: error.java ?? error.stack })}\n`) }
      })
    }
  })
})

server.listen(0, '127.0.0.1', () => {
  if (conf.get('spark.submit.deployMode') === 'cluster') return deployed(server.address().port)
  const path = process.env._PYSPARK_DRIVER_CONN_INFO_PATH
  const info = Buffer.alloc(8 + SECRET.length)
  info.writeInt32BE(server.address().port, 0)
  info.writeInt32BE(SECRET.length, 4)
  info.write(SECRET, 8)
  writeFileSync(`${path}.tmp`, info)
  renameSync(`${path}.tmp`, path)
})

function deployed(port) {
  const words = process.argv.slice(2)
  while (words[0] === '--conf') words.splice(0, 2)
  const env = { ...process.env, PYSPARK_GATEWAY_PORT: String(port), PYSPARK_GATEWAY_SECRET: SECRET }
  spawn(conf.get('spark.pyspark.driver.python'), words, { cwd: place, env, stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', code => process.exit(code ?? 1))
}

if (conf.get('spark.submit.deployMode') !== 'cluster') process.stdin.on('end', () => process.exit(0)).resume()

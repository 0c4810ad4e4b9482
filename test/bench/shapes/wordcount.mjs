/**
 * Word count over lines that are in memory already, without a file and without a socket: the engine's own work, as strings in a collection and
 * as received bytes (with and without rules), with one executor and with two.
 */
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { embeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode } from '#src/plan/rdd-plan.js'
import { someLines } from '../input/words.mjs'
import { counted } from './file-words.mjs'

const BLOCKS = 20

export const shape = {
  what: 'word count of lines in memory',
  minutes: 1,
  light: true,
  sizes: { full: { lines: 1e6 }, small: { lines: 2e5 }, tiny: { lines: 2000 } },
  figures: { ms: { title: 'time', unit: 'ms', work: 'words' } },
  contenders: {
    'hand-written loop': { program: 'loop' },
    'local[1], received bytes': { program: 'oneBytes' },
    'local[1], received bytes, no rules': { program: 'oneBytesPlain' },
    'local[1], a collection': { program: 'oneStrings' },
    'local[2], received bytes': { program: 'twoBytes' },
    'local[2], received bytes, no rules': { program: 'twoBytesPlain' },
    'local[2], a collection': { program: 'twoStrings' },
  },
  rivals: ['hand-written loop'],
}

export const programs = {
  loop: size => {
    const lines = someLines(size.lines)
    return { play: () => counted(byHand(lines)) }
  },
  oneBytes: size => engine('local[1]', received(someLines(size.lines))),
  oneBytesPlain: size => engine('local[1]', received(someLines(size.lines)), false),
  oneStrings: size => engine('local[1]', collection(someLines(size.lines))),
  twoBytes: size => engine('local[2]', received(someLines(size.lines))),
  twoBytesPlain: size => engine('local[2]', received(someLines(size.lines)), false),
  twoStrings: size => engine('local[2]', collection(someLines(size.lines))),
}

function engine(master, leaf, rules = true) {
  const on = embeddedEngine({ master, conf: new SparkConf().set('spark.tspark.rules', rules), events: new EventBus() })
  return {
    // A new RDD each time: an engine keeps what it has shuffled. A collection's slices are encoded once, in the warm-up.
    async play() {
      const parts = await on.runJob({ rdd: counts(leaf), action: { kind: 'collect' }, description: 'bench' }).results
      return counted(new Map(parts.flat()))
    },
    close: () => on.stop(),
  }
}

function byHand(lines) {
  const found = new Map()
  for (const line of lines)
    for (const word of line.split(' ')) found.set(word, (found.get(word) ?? 0) + 1)
  return found
}

const node = (kind, fields) => makeNode({ kind, partitioner: undefined, operator: kind, site: undefined, ...fields })
const slices = lines => Array.from({ length: BLOCKS }, (_, i) => lines.slice(i * lines.length / BLOCKS, (i + 1) * lines.length / BLOCKS))
const collection = lines => node('collection', { numPartitions: BLOCKS, slices: slices(lines) })

function received(lines) {
  const blocks = slices(lines).map(slice => {
    const text = Buffer.from(slice.join('\n') + '\n')
    const buffer = new SharedArrayBuffer(text.length)
    Buffer.from(buffer).set(text)
    return { format: 'lines', records: slice.length, bytes: text.length, data: { buffer, byteLength: text.length } }
  })
  return node('blocks', { numPartitions: BLOCKS, blocks })
}

function counts(lines) {
  const narrow = (parent, op, f) => node('narrow', { numPartitions: BLOCKS, parent, op, f: fnRef(f, op), operator: op })
  const sum = fnRef((a, b) => a + b, 'reduceByKey')
  const words = narrow(lines, 'flatMap', line => line.split(' '))
  const pairs = narrow(words, 'map', word => [word, 1])
  const aggregator = { createCombiner: fnRef(x => x, 'reduceByKey'), mergeValue: sum, mergeCombiners: sum, mapSideCombine: true }
  return node('shuffle', { numPartitions: 2, partitioner: hashPartitioner(2), operator: 'reduceByKey', parent: pairs, aggregator, sort: undefined })
}

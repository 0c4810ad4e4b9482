/**
 * Word count over a million lines of ten words. The rival is the loop that one would write by hand, on one thread, over the same
 * lines as strings in an array; beside it the engine with one executor and with two, over the same strings and over the same
 * lines as received bytes.
 */
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { seededRandom } from '#src/core/random.js'
import { embeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode } from '#src/plan/rdd-plan.js'

const LINES = 1_000_000, WORDS = 10, DISTINCT = 3769, BLOCKS = 20

export const bench = {
  what: `${LINES} lines of ${WORDS} words, ${DISTINCT} of them distinct`,

  async setup() {
    const lines = makeLines()
    const [one, two] = ['local[1]', 'local[2]'].map(master => embeddedEngine({ master, conf: new SparkConf(), events: new EventBus() }))
    const [strings, bytes] = [collection(lines), received(lines)]
    const expected = total(byHand(lines))
    // A new RDD each time: an engine keeps what it has shuffled. The collection's slices are encoded once, in the warm-up.
    const engine = (on, leaf) => async () => {
      const parts = await on.runJob({ rdd: counts(leaf), action: { kind: 'collect' }, description: 'bench' }).results
      if (total(new Map(parts.flat())) !== expected) throw new Error('the counts differ')
    }
    return {
      work: { amount: LINES * WORDS, unit: 'words' },
      contenders: {
        'hand-written loop over strings': () => { if (total(byHand(lines)) !== expected) throw new Error('the counts differ') },
        'local[1], received bytes': engine(one, bytes),
        'local[1], collection': engine(one, strings),
        'local[2], received bytes': engine(two, bytes),
        'local[2], collection': engine(two, strings),
      },
      close: () => Promise.all([one.stop(), two.stop()]),
    }
  },
}

function byHand(lines) {
  const found = new Map()
  for (const line of lines)
    for (const word of line.split(' ')) found.set(word, (found.get(word) ?? 0) + 1)
  return found
}

const total = found => [...found.values()].reduce((a, b) => a + b, 0) * 1_000_003 + found.size

function makeLines() {
  const random = seededRandom(42)
  const letters = 'etaoinshrdlucmfwypvbgkjqxz'
  const vocabulary = Array.from({ length: DISTINCT }, (_, i) => {
    const word = Array.from({ length: 2 + Math.floor(random() * 8) }, () => letters[Math.floor(random() ** 2 * 26)]).join('')
    return `${word}${i % 7 === 0 ? i : ''}`
  })
  const pick = () => vocabulary[Math.floor(random() ** 3 * DISTINCT)]
  return Array.from({ length: LINES }, () => Array.from({ length: WORDS }, pick).join(' '))
}

const node = (kind, fields) => makeNode({ kind, partitioner: undefined, operator: kind, site: undefined, ...fields })
const slices = lines => Array.from({ length: BLOCKS }, (_, i) => lines.slice(i * LINES / BLOCKS, (i + 1) * LINES / BLOCKS))
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

/**
 * Streams for the conformance cases that are procedures of their own: the inputs of each kind, and what comes in before each batch. The
 * procedures themselves are tests under the cases' ids; here their streams run with an output that notes what each batch held.
 */
import { mkdirSync, mkdtempSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Milliseconds, Minutes, Receiver, Seconds, StateSpec, type DStream, type SparkContext, type StreamingContext } from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'
import { LineFeeder } from './line-feeder.js'

export interface Case {
  readonly id: string
  readonly kind: string
  readonly operation: string
  readonly params: { readonly batchMs?: number; readonly numBatches?: number; readonly numPartitions?: number; readonly clockStartMs?: number; readonly rememberMs?: number }
  readonly inputs: Readonly<Record<string, any[]>>
}

/** `feed` is called before each batch, with its number from 0. */
export interface Fed { readonly stream: DStream<any>; readonly feed?: (batch: number) => unknown; readonly close?: () => unknown }
export type Way = (row: Case, ssc: StreamingContext) => Fed | Promise<Fed>

const NUMBERS = [[1, 2, 3], [], [4, 14], [5], [3, 3], [15], [], [6, 16, 26], [7], [8]]

/** The stream that the case's expression makes, where it is one. */
const byExpression = (expression: (operation: string) => string): Way => ({ operation, inputs, params: { numPartitions = 2, rememberMs } }, ssc) => {
  if (rememberMs) ssc.remember(Milliseconds(rememberMs))
  const given = Object.keys(inputs).length > 0 ? inputs : { s: NUMBERS }
  const streams = Object.values(given).map(batches => ssc.inputStream(batchesSource({ batches, numPartitions })))
  const names = { ...Object.fromEntries(Object.keys(given).map((name, i) => [name, streams[i]])), ssc, sc: ssc.sparkContext, Seconds, Milliseconds, Minutes, StateSpec }
  return { stream: new Function(...Object.keys(names), `return (${expression(operation)})`)(...Object.values(names)) as DStream<any> }
}

/** By kind. */
export const WAYS: Readonly<Record<string, Way>> = {
  error: byExpression(operation => operation),
  failure: byExpression(operation => operation),
  memory: byExpression(operation => operation),
  print: byExpression(operation => operation.replace(/\.p?print\(\d*\)$/, '')),
  slice: byExpression(() => 's'),
  accumulator: byExpression(() => 's'),
  files: byExpression(() => 's'),
  queue({ id, inputs: { enqueue } }, ssc) {
    const queue: any[][] = []
    return { stream: ssc.queueStream<any>(queue, id.endsWith('true')), feed: batch => queue.push(...enqueue![batch] ?? []) }
  },
  file: (row, ssc) => FILES[row.id]!(new Folder(ssc), ssc),
  async socket({ inputs: { lines } }, ssc) {
    const feeder = await LineFeeder.open()
    const feed = async (batch: number): Promise<void> => {
      const arrived = received(ssc.sparkContext, batch + 1)
      await feeder.send(`${lines![batch]}\n`)
      await arrived
    }
    return { stream: ssc.socketTextStream('localhost', feeder.port), feed: async batch => { if (batch === 0) await feeder.connected(); if (batch < lines!.length) await feed(batch) }, close: () => feeder.close() }
  },
  receiver(_row, ssc) {
    const all = received(ssc.sparkContext, 10_000)
    return { stream: ssc.receiverStream(new Producers()), feed: batch => batch === 2 ? all : undefined }
  },
}

/** Files that were finished right after the last batch. */
class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'tspark-conformance-'))
  readonly #ssc: StreamingContext
  constructor(ssc: StreamingContext) { this.#ssc = ssc }

  put(name: string, content: string | Uint8Array, atMs = this.#ssc.clock.now() + 1): void {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    utimesSync(path, atMs / 1000, atMs / 1000)
  }
  move(from: string, to: string): void { renameSync(join(this.path, from), join(this.path, to)) }
}

const FILES: Readonly<Record<string, (folder: Folder, ssc: StreamingContext) => Fed>> = {
  'file-wildcard': (folder, ssc) => ({ stream: ssc.textFileStream(`${folder.path}/*/`), feed: batch => folder.put(`sub/${batch}`, `${batch}\n`) }),
  'file-renamed-directory': (folder, ssc) => ({
    stream: ssc.textFileStream(`${folder.path}/sub*`),
    feed(batch) {
      if (batch === 0) folder.put('elsewhere/renamed.txt', 'renamed\n')
      if (batch === 0) folder.move('elsewhere', 'sub1')
    },
  }),
  'binary-records': (folder, ssc) => ({ stream: ssc.binaryRecordsStream(folder.path, 1).map(([byte]) => byte), feed: batch => folder.put(`bytes-${batch}`, Uint8Array.from([1, 2, 3, 4, 5], byte => byte + batch)) }),
  'java-textFileStream-old-file'(folder, ssc) {
    folder.put('0', '0\n', 1000)
    return { stream: ssc.textFileStream(folder.path) }
  },
}

class Producers extends Receiver<number> {
  onStart(): void { for (let i = 0; i < 10; i++) void this.produce(i) }
  onStop(): void {}
  async produce(from: number): Promise<void> {
    for (let i = 0; i < 1000; i++) {
      await this.store(from * 1000 + i)
      if (i % 100 === 0) await new Promise(done => setTimeout(done, from % 3))
    }
  }
}

const received = (sc: SparkContext, records: number): Promise<void> => new Promise(resolve => {
  const forget = sc.events.on('received', event => {
    if (event.records < records) return
    forget()
    resolve()
  })
})

/**
 * A graph that is edited at random while it runs, beside a dull model of it. An edit adds a stream with an output, ends an output, swaps a
 * function, or takes the last edit back; the model knows between which batches each came, and what every output must have given.
 *
 * Rows are [key, whole number]. All windows are three batches long; a stream that runs in no batch forgets its state.
 */
import type { Random } from '#src/core/random.js'
import { Seconds, type DStream, type Output, type StreamingContext } from '#src/index.js'

export type Row = [key: string, value: number]
const WINDOW = 3

/** How a stream is made, with its parameter swapped, and what it gives: from its parents' rows of this batch and what it holds. */
interface Kind {
  readonly parents: 1 | 2
  readonly make: (streams: readonly DStream<Row>[], k: number, batchMs: number) => DStream<Row>
  readonly swap?: (stream: DStream<Row>, k: number) => void
  /** Reads the last batches of its first parent, or of its own reduced rows. */
  readonly window?: 'of parent' | 'of reduced'
  readonly rows: (made: Made, parents: readonly Row[][], past: readonly Row[][]) => Row[]
}

export interface Made { readonly kind: string; readonly parents: readonly Made[]; readonly stream: DStream<Row>; k: number; readonly state: Map<string, number>; rows?: Row[]
  /** The last batches that windows hold of it, and those that it holds of its own reduced rows. */
  held: Held; reduced: Held }

class Held {
  batches: Row[][] = []
  #batch = 0

  /** Once a batch. */
  add(batch: number, rows: Row[]): void {
    if (this.#batch === batch) return
    this.#batch = batch
    this.batches = [...this.batches, rows].slice(-WINDOW)
  }
}

export interface Shown { readonly of: Made; readonly output: Output; readonly seen: Map<number, Row[]>; readonly expected: Map<number, Row[]> }

const added = (k: number) => ([key, value]: Row): Row => [key, value + k]
const kept = (k: number) => ([, value]: Row): boolean => value % (k + 2) !== 0
const merged = (k: number) => k % 2 ? (a: number, b: number) => Math.max(a, b) : (a: number, b: number) => a + b
const next = (k: number) => (values: number[], state?: number): number => values.reduce((a, b) => a + b, state ?? 0) % 1000 + k * values.length

function reduced(rows: readonly Row[], f: (a: number, b: number) => number): Row[] {
  const found = new Map<string, number>()
  for (const [key, value] of rows) found.set(key, found.has(key) ? f(found.get(key)!, value) : value)
  return [...found]
}

function updated({ state, k }: Made, rows: readonly Row[]): Row[] {
  const values = new Map<string, number[]>()
  for (const [key, value] of rows) values.set(key, [...values.get(key) ?? [], value])
  for (const key of new Set([...state.keys(), ...values.keys()])) state.set(key, next(k)((values.get(key) ?? []).sort((a, b) => a - b), state.get(key)))
  return [...state]
}

export const KINDS: Readonly<Record<string, Kind>> = {
  map: { parents: 1, make: ([a], k) => a!.map(added(k)), swap: (stream, k) => stream.replace(added(k)), rows: ({ k }, [rows]) => rows!.map(added(k)) },
  filter: { parents: 1, make: ([a], k) => a!.filter(kept(k)), swap: (stream, k) => stream.replace(kept(k)), rows: ({ k }, [rows]) => rows!.filter(kept(k)) },
  union: { parents: 2, make: ([a, b]) => a!.union(b!), rows: (_, [a, b]) => [...a!, ...b!] },
  reduceByKey: { parents: 1, make: ([a], k) => a!.reduceByKey(merged(k)), swap: (stream, k) => stream.replace(merged(k)), rows: ({ k }, [rows]) => reduced(rows!, merged(k)) },
  updateStateByKey: { parents: 1, make: ([a], k) => a!.updateStateByKey(next(k)), swap: (stream, k) => stream.replace(next(k)), rows: (made, [rows]) => updated(made, rows!) },
  window: { parents: 1, window: 'of parent', make: ([a], _, batchMs) => a!.window(Seconds(WINDOW * batchMs / 1000)), rows: (_, __, past) => past.flat() },
  reduceByKeyAndWindow: {
    parents: 1, window: 'of reduced', make: ([a], k, batchMs) => a!.reduceByKeyAndWindow(merged(k), Seconds(WINDOW * batchMs / 1000)), swap: (stream, k) => stream.replace(merged(k)),
    rows: ({ k }, _, past) => reduced(past.flat(), merged(k)),
  },
}

export class EditedGraph {
  readonly shown: Shown[] = []
  readonly #streams: Made[]
  readonly #undos: (() => void)[] = []
  #live: Shown[] = []
  #batch = 0

  constructor(readonly ssc: StreamingContext, inputs: readonly DStream<Row>[], readonly random: Random) {
    this.#streams = inputs.map(stream => ({ kind: 'input', parents: [], stream, k: 0, held: new Held(), reduced: new Held(), state: new Map() }))
  }

  /** One edit, of graph and model alike; its name. */
  edit(): string {
    const pick = this.random()
    if (pick < 0.15 && this.#undos.length > 0) return this.#undo()
    if (pick < 0.35 && this.#live.length > 4) return this.#remove()
    if (pick < 0.7) return this.#swap() ?? this.#add()
    return this.#live.length > 14 ? this.#remove() : this.#add()
  }

  /** What the batch at `timeMs` must give, from the rows of the inputs. */
  expect(timeMs: number, inputs: readonly Row[][]): void {
    this.#batch++
    const live = this.#running()
    const read = new Set([...live].filter(({ kind }) => KINDS[kind]?.window === 'of parent').map(({ parents }) => parents[0]!))
    for (const made of this.#streams) {
      delete made.rows
      if (!read.has(made)) made.held = new Held()
      if (!live.has(made)) { made.state.clear(); made.reduced = new Held() }
    }
    this.#streams.slice(0, inputs.length).forEach((made, i) => { made.rows = inputs[i]! })
    for (const made of read) made.held.add(this.#batch, this.#rows(made))
    for (const made of live) this.#rows(made)
    for (const { of, expected } of this.#live) expected.set(timeMs, this.#rows(of))
  }

  /** `window(map #3(input #0))` */
  describe(made: Made): string {
    const parents = made.parents.map(parent => this.describe(parent)).join(', ')
    return `${made.kind} #${this.#streams.indexOf(made)}${parents && `(${parents})`}`
  }

  #rows(made: Made): Row[] {
    const kind = KINDS[made.kind]
    if (!kind || made.rows) return made.rows ?? []
    const parents = made.parents.map(parent => this.#rows(parent))
    if (kind.window === 'of parent') made.parents[0]!.held.add(this.#batch, parents[0]!)
    if (kind.window === 'of reduced') made.reduced.add(this.#batch, reduced(parents[0]!, merged(made.k)))
    made.rows = kind.rows(made, parents, (kind.window === 'of parent' ? made.parents[0]!.held : made.reduced).batches)
    return made.rows
  }

  #running(): Set<Made> {
    const found = new Set(this.#live.map(({ of }) => of))
    for (const made of found) for (const parent of made.parents) found.add(parent)
    return found
  }

  #add(): string {
    const name = this.#one(Object.keys(KINDS))
    const kind = KINDS[name]!
    const parents = Array.from({ length: kind.parents }, () => this.#one(this.#streams))
    const k = Math.floor(this.random() * 5)
    const stream = kind.make(parents.map(each => each.stream), k, this.ssc.batchDuration.milliseconds)
    const made: Made = { kind: name, parents, stream, k, held: new Held(), reduced: new Held(), state: new Map() }
    this.#streams.push(made)
    this.#show(made)
    return `${this.describe(made)} is added`
  }

  #show(of: Made): void {
    const seen = new Map<number, Row[]>()
    const output = of.stream.foreachRDD(async (rdd, time) => { seen.set(time.milliseconds, await rdd.collect()) })
    const shown = { of, output, seen, expected: new Map() }
    this.shown.push(shown)
    this.#become([...this.#live, shown])
  }

  #remove(): string {
    const gone = this.#one(this.#live)
    gone.output.remove()
    this.#become(this.#live.filter(shown => shown !== gone))
    return `an output of ${this.describe(gone.of)} is removed`
  }

  #swap(): string | undefined {
    const able = [...this.#running()].filter(({ kind }) => KINDS[kind]?.swap)
    if (able.length === 0) return undefined
    const made = this.#one(able)
    const [before, k] = [made.k, Math.floor(this.random() * 5)]
    KINDS[made.kind]!.swap!(made.stream, k)
    made.k = k
    this.#undos.push(() => { made.k = before })
    return `${this.describe(made)} gets another function`
  }

  #undo(): string {
    this.ssc.undo()
    this.#undos.pop()!()
    return 'the last edit is taken back'
  }

  #become(live: Shown[]): void {
    const before = this.#live
    this.#live = live
    this.#undos.push(() => { this.#live = before })
  }

  #one<T>(all: readonly T[]): T { return all[Math.floor(this.random() * all.length)]! }
}

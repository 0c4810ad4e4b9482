/**
 * Where the rows of a stage's tasks come from, in the fewest moves Spark has for it: nothing to read, partitions one after another,
 * partitions that are placed alike side by side, and, for all else, a shuffle that brings each task what it reads.
 */
import type { Input } from './spark-job.js'
import { toText, type ForwardCommand } from './command.js'

/** Something that tasks read: an RDD that is held, exchanged or persisted. */
export interface Source {
  readonly number: number
  readonly partitions: number
  /** Spark brings together what all its map tasks made for a partition. */
  readonly isExchange: boolean
  /** Whether the JVM knows its partitions to be those of an exchange. */
  readonly placed: boolean
  readonly as: Form
}

/** Frames of our own rows, frames of our own text, or Java's strings: each line a frame, with nothing before it. */
export type Form = 'rows' | 'lines' | 'strings'

export interface TaskRead { readonly source: Source; readonly partition: number }

/** `reads`: of each task, in order. */
export function inputOf(reads: readonly (readonly TaskRead[])[]): { readonly input: Input; readonly placed: boolean } {
  const sources = [...new Set(reads.flatMap(task => task.map(({ source }) => source)))]
  if (sources.length === 0) return { input: { kind: 'none', partitions: reads.length }, placed: false }
  const chain = chained(reads)
  if (chain) return { input: { kind: 'chain', sources: chain }, placed: sources.length === 1 && chain.length === 1 && sources[0]!.placed }
  const sides = sources.map(({ number }) => number)
  if (sideBySide(reads, sources)) return { input: { kind: 'merged', sources: sides }, placed: true }
  return { input: { kind: 'gathered', sources: sides, partitions: reads.length, command: toText(forward(reads, sources)) }, placed: false }
}

/** The sources whose partitions, one after another, are what the tasks read; undefined when it is not so. */
function chained(reads: readonly (readonly TaskRead[])[]): number[] | undefined {
  const chain: number[] = []
  for (let at = 0; at < reads.length;) {
    const first = onlyRead(reads[at]!)
    if (first === 'many') return undefined
    const length = first === 'none' ? emptyRun(reads, at) : sourceRun(reads, at, first)
    if (length === 0) return undefined
    chain.push(first === 'none' ? -length : first.source.number)
    at += length
  }
  return chain
}

/** A task may read the same partition in several places. */
function onlyRead(task: readonly TaskRead[]): TaskRead | 'none' | 'many' {
  const [first, ...others] = task
  if (!first) return 'none'
  return others.every(({ source, partition }) => source === first.source && partition === first.partition) ? first : 'many'
}

function emptyRun(reads: readonly (readonly TaskRead[])[], from: number): number {
  let to = from
  while (to < reads.length && reads[to]!.length === 0) to++
  return to - from
}

/** All partitions of the source, beginning with its first; else 0. */
function sourceRun(reads: readonly (readonly TaskRead[])[], from: number, { source }: TaskRead): number {
  for (let i = 0; i < source.partitions; i++) {
    const read = reads[from + i] && onlyRead(reads[from + i]!)
    if (!read || typeof read === 'string' || read.source !== source || read.partition !== i) return 0
  }
  return source.partitions
}

const sideBySide = (reads: readonly (readonly TaskRead[])[], sources: readonly Source[]): boolean =>
  sources.every(({ placed, partitions }) => placed && partitions === reads.length) && reads.every((task, i) => task.every(({ partition }) => partition === i))

/** Partition by partition of all sources: the tasks that want it. */
function forward(reads: readonly (readonly TaskRead[])[], sources: readonly Source[]): ForwardCommand {
  const starts = new Map<Source, number>()
  let count = 0
  for (const source of sources) {
    starts.set(source, count)
    count += source.partitions
  }
  const partitions = sources.flatMap(source => Array.from({ length: source.partitions }, (_, i) => i))
  const strings = sources.flatMap(({ as, number, partitions }) => Array.from({ length: partitions }, () => as === 'strings' ? number : 0))
  const targets: number[][] = partitions.map(() => [])
  reads.forEach((task, i) => {
    for (const at of new Set(task.map(({ source, partition }) => starts.get(source)! + partition))) targets[at]!.push(i)
  })
  return { kind: 'forward', partitions, ...strings.some(number => number > 0) ? { strings } : {}, targets }
}

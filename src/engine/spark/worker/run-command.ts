/**
 * One task of a stage: the shape that its partition has, with the rows that came, run by the same code as an executor thread of the
 * embedded engine runs.
 */
import { rebuild, rebuildValue } from '../../../closure/rebuild.js'
import type { Portable } from '../../../closure/portable.js'
import type { Fn } from '../../task/fuse.js'
import { Guest, load, nameKnownClass, type Deltas } from '../../task/guest.js'
import { decodeRows, encodeRows } from '../../task/row-codec.js'
import { runTask } from '../../task/run.js'
import type { Piece, Task, TaskOutput } from '../../task/task.js'
import { absolute, fromText, type Command, type CommandHeader, type Shape, type StageCommand } from '../command.js'
import type { Inbox } from './inbox.js'
import { Outbox } from './outbox.js'
import { forget, known } from './remembered.js'
import type { WireReader, WireWriter } from './wire.js'

export interface TaskPlace {
  readonly partition: number
  /** The beginning of the names of the task's files. */
  readonly path: string
  /** The texts of Spark's broadcasts, by Spark's numbers. */
  readonly files: ReadonlyMap<number, () => string>
}

/** A command's header and, unless it was large, its body. */
export function parseCommand(bytes: Buffer, files: ReadonlyMap<number, () => string>): { readonly header: CommandHeader; readonly command: Command } {
  const end = 4 + bytes.readInt32BE(0)
  const header = JSON.parse(bytes.toString('utf8', 4, end)) as CommandHeader
  const text = header.body === undefined ? bytes.toString('utf8', end) : files.get(header.body)!()
  return { header, command: known(text, () => fromText(text) as Command) }
}

/** Takes what the JVM brings for the task. Strings come alone: then a task reads one partition of one source. */
export function fill(inbox: Inbox, reader: WireReader, command: Command, partition: number): void {
  const read = command.kind === 'stage'
    ? shapeOf(command, partition).reads.find(({ as }) => as === 'strings')
    : { source: command.strings?.[partition] ?? 0, partition: command.partitions[partition]! }
  if (!read?.source) inbox.fill(reader)
  else inbox.fillText(reader, read.source, read.partition as number)
}

/** Runs it and writes what it gives. @returns what accumulators gained */
export async function runCommand({ header, command }: ReturnType<typeof parseCommand>, inbox: Inbox, place: TaskPlace, writer: WireWriter): Promise<Deltas> {
  if (command.kind === 'forward') {
    forward(command.targets[place.partition]!, command.partitions[place.partition]!, inbox, writer)
    return []
  }
  const shape = shapeOf(command, place.partition)
  const guest = new Guest(broadcasts(header, place.files))
  const functions = command.functions[shape.functions]!
  await load([functions, ...command.classes, ...command.accumulators.map(([, portable]) => portable), ...values(functions, header, place.files)])
  guest.take({ classes: command.classes, accumulators: command.accumulators.filter(([id]) => functions.accumulators.includes(id)) })
  const rule = shape.rule && { name: shape.rule.name, data: decodeRows(shape.rule.data)[0] }
  const task = { pieces: filled(shape, inbox), ending: shape.ending, at: shape.at, rule } satisfies Task
  const { everyRows, bytes } = command.memory
  const share = { heapBytes: bytes, sharedBytes: everyRows > 0 ? 0 : bytes, tableBytes: 0, everyRows, path: place.path }
  const output = await runTask(task, { fns: rebuild(functions, guest.host) as Fn[], nameClass: nameKnownClass, share })
  write(output, task, new Outbox(writer, header.source, place.partition))
  return guest.deltas()
}

export const shapeOf = (command: StageCommand, partition: number): Shape => absolute(command.shapes[command.tasks[partition]!]!, partition)

function filled({ pieces, reads }: Shape, inbox: Inbox): Piece[] {
  const made = [...pieces]
  for (const { slot, source, partition, as } of reads)
    made[slot] = as !== 'rows' ? { kind: 'lines', ...inbox.text(source, partition as number) } : { kind: 'blocks', blocks: [inbox.rows(source, partition)] }
  return made
}

function write(output: TaskOutput, { ending, at }: Task, outbox: Outbox): void {
  if (output.kind === 'value') outbox.rows(encodeRows([output.value], at.operator, nameKnownClass))
  else if (ending.kind === 'exchange') outbox.exchanged(output.blocks)
  else for (const block of output.blocks) outbox.rows(block)
}

/** Frames in their order, marked with the partition that they were in: what an exchange joined is one partition from here on. */
function forward(targets: readonly number[], partition: number, inbox: Inbox, writer: WireWriter): void {
  const boxes = new Map<number, Outbox>()
  for (const { source, part, records } of inbox.all()) {
    const box = boxes.get(source) ?? new Outbox(writer, source, partition)
    boxes.set(source, box)
    for (const target of targets) box.to(target, inbox.bytes(part), records)
  }
}

// — broadcasts: read when a function first asks, and kept while Spark keeps them —

const broadcasts = ({ broadcasts: numbers }: CommandHeader, files: ReadonlyMap<number, () => string>) => (id: number): unknown => {
  const spark = new Map(numbers).get(id)!
  return known(`broadcast ${spark}`, () => rebuildValue(portableOf(spark, files), new Guest(() => undefined).host))
}

const portableOf = (spark: number, files: ReadonlyMap<number, () => string>): Portable => known(`portable ${spark}`, () => fromText(files.get(spark)!()) as Portable)

/** Those that bring modules along have to be known before the task begins. */
const values = ({ broadcasts: used }: Portable, { broadcasts: numbers }: CommandHeader, files: ReadonlyMap<number, () => string>): Portable[] =>
  used.map(id => portableOf(new Map(numbers).get(id)!, files))

export function forgetBroadcast(spark: number): void {
  forget(`broadcast ${spark}`)
  forget(`portable ${spark}`)
}

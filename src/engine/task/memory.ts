/**
 * What one task may hold, and its two files for the rest: `rows` for what it gives, which outlives the task, and `scratch` for what
 * only the task itself reads again. The scratch file goes when the task ends; when the task fails, both do. Each attempt has
 * names of its own, so one that dies in the middle spoils nothing.
 */
import { getHeapStatistics } from 'node:v8'
import { idOfClass, registerClass } from '../../core/classes.js'
import { inMemory, type Keep } from './row-codec.js'
import type { NameClass } from './row-writer.js'
import { Meter } from './size.js'
import { SpillFile } from './spill-file.js'
import type { MemoryShare, Part, Piece, Task } from './task.js'

// Beside the rows that are held there are those on their way, and garbage: a thread that fills its heap dies.
const MOST_OF_HEAP = 1 / 4
// A table's buckets are sent off this often; with a smaller share, more often.
const BUFFER_BYTES = 32 * 1024 * 1024
// A key's place in a table: its Map entry, its pair and the pair's place among the rows.
const TABLE_ENTRY_BYTES = 112

export const UNLIMITED: MemoryShare = { heapBytes: Infinity, sharedBytes: Infinity, tableBytes: 0, everyRows: 0, path: '' }

export class TaskMemory {
  readonly scratch: SpillFile
  readonly #rows: SpillFile
  readonly #heapBytes: number
  #sharedLeft: number

  constructor(readonly share: MemoryShare, task: Task) {
    const [scratch, rows] = attemptFiles(share.path)
    this.scratch = new SpillFile(scratch)
    this.#rows = new SpillFile(rows)
    this.#sharedLeft = share.sharedBytes
    this.#heapBytes = Math.min(share.heapBytes, getHeapStatistics().heap_size_limit * MOST_OF_HEAP) / holders(task)
  }

  /** For keys in a table. */
  tableMeter(slack = 1): Meter { return new Meter(this.#heapBytes * slack, Math.ceil(this.share.everyRows * slack), TABLE_ENTRY_BYTES) }
  /** For rows in a list that must be as long as memory allows. */
  listMeter(): Meter { return new Meter(this.#heapBytes, this.share.everyRows) }
  /** For rows that wait to be written. */
  bufferMeter(): Meter { return new Meter(Math.min(this.#heapBytes / 4, BUFFER_BYTES), this.share.everyRows) }

  /** Keeps what the task gives: in shared memory while its share lasts, then in its file. */
  readonly give: Keep = bytes => {
    if (bytes.length > this.#sharedLeft) return this.#rows.append(bytes)
    this.#sharedLeft -= bytes.length
    return inMemory(bytes)
  }

  /** Keeps what the task itself will read again. */
  readonly set: Keep = (bytes): Part => this.scratch.append(bytes)

  close(failed: boolean): void {
    this.scratch.remove()
    if (failed) this.#rows.remove()
    else this.#rows.close()
  }
}

/** The files of an attempt at a task, by the beginning of their names. */
export const attemptFiles = (path: string): readonly [scratch: string, rows: string] => [`${path}.scratch`, `${path}.rows`]

/** What is read by the thread that wrote it needs no class that others know. */
export const nameOwnClass: NameClass = type => idOfClass(type) ?? registerClass(type)

/** How many of the task's parts hold rows at the same time; what is read one after another does so in turn. */
function holders({ pieces, ending }: Task): number {
  const holding: number[] = []
  for (let at = pieces.length - 1; at >= 0; at--) holding[at] = holdersOf(pieces[at]!, holding)
  return Math.max(1, holding[0]! + (ending.kind === 'exchange' && ending.combine ? 1 : 0))
}

function holdersOf(piece: Piece, holding: readonly number[]): number {
  const below = (inputs: readonly number[]): number[] => inputs.map(input => holding[input]!)
  switch (piece.kind) {
    case 'blocks': case 'range': case 'lines': case 'fileLines': case 'wholeFile': return 0
    case 'chain': return holding[piece.input]!
    case 'aggregate': case 'sort': return holding[piece.input]! + 1
    case 'cogroup': case 'keyed': return sum(below(piece.inputs)) + 1
    case 'zip': return sum(below(piece.inputs))
    case 'concat': return below(piece.inputs).reduce((most, one) => Math.max(most, one), 0)
    default: return piece satisfies never
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)

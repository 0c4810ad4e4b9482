/**
 * Tasks that have nothing to do: no rows come in, and no function of theirs would be called without rows. What they give is known without
 * an executor, so that a batch in which nothing came is nearly free.
 *
 * Only what is known to be idle counts: partitions, files, generators and whatever else there may come to be is run.
 */
import type { NarrowOp } from '../../plan/rdd-plan.js'
import type { Ending, Piece, RowBlock, Task, TaskOutput } from './task.js'

/** Operators that do nothing without a row. */
const BY_ROW = new Set<NarrowOp>(['map', 'flatMap', 'filter', 'mapValues', 'flatMapValues', 'mapAsync'])

/** What the task gives, or undefined where it has to be run. */
export const idleOutput = ({ pieces, ending }: Task): TaskOutput | undefined => pieces.every(isIdle) ? withoutRows(ending) : undefined

function isIdle(piece: Piece): boolean {
  switch (piece.kind) {
    case 'blocks': return piece.blocks.every(({ records }) => records === 0)
    case 'lines': return piece.byteLength === 0
    case 'chain': return piece.steps.every(({ op }) => BY_ROW.has(op))
    case 'concat': case 'aggregate': case 'sort': case 'cogroup': return true
    default: return false
  }
}

function withoutRows(ending: Ending): TaskOutput | undefined {
  switch (ending.kind) {
    case 'collect': case 'take': case 'reduce': case 'sample': return { kind: 'rows', blocks: [NO_ROWS] }
    case 'exchange': return { kind: 'rows', blocks: Array.from({ length: ending.placement.numPartitions }, () => NO_ROWS) }
    case 'count': case 'foreach': return { kind: 'value', value: 0 }
    default: return undefined
  }
}

const NO_ROWS: RowBlock = { parts: [], records: 0, classes: [] }

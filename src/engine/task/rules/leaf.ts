/** A task whose first piece is a chain over lines, received or of files: what all rules begin with. */
import type { AggregateBy, Piece, Step } from '../task.js'
import { LEAST_MAX_LINE_BYTES, type LinesPiece } from './line-chunks.js'
import type { Planned } from './rule.js'

export interface OverLines {
  readonly steps: readonly Step[]
  /** In order. */
  readonly leaves: readonly LinesPiece[]
  /** How the rows are merged by key afterwards, within the task's pieces or at its ending. */
  readonly by: AggregateBy | undefined
  /** Partitions that share the task are merged one by one. */
  readonly members: number
}

/** Undefined where something else is among the pieces. */
export function overLines({ pieces, ending }: Planned): OverLines | undefined {
  const over = overPiece(pieces, 0)
  const combine = ending.kind === 'exchange' ? ending.combine : undefined
  return combine && over ? over.by ? undefined : { ...over, by: combine, members: 1 } : over
}

function overPiece(pieces: readonly Piece[], at: number): OverLines | undefined {
  const piece = pieces[at]!
  switch (piece.kind) {
    case 'chain': {
      const leaves = leavesOf(pieces, piece.input)
      return leaves && { steps: piece.steps, leaves, by: undefined, members: 1 }
    }
    case 'aggregate': {
      const over = overPiece(pieces, piece.input)
      return over && !over.by ? { ...over, by: piece.by } : undefined
    }
    case 'concat': return joined(piece.inputs.map(input => overPiece(pieces, input)))
    default: {
      const leaf = leafOf(piece)
      return leaf && { steps: [], leaves: [leaf], by: undefined, members: 1 }
    }
  }
}

/** Several that do the same. */
function joined(all: readonly (OverLines | undefined)[]): OverLines | undefined {
  const [first] = all
  if (!first || !all.every(each => each !== undefined && doesAs(first, each))) return undefined
  return { ...first, leaves: all.flatMap(each => each!.leaves), members: first.by ? all.reduce((sum, each) => sum + each!.members, 0) : 1 }
}

const doesAs = (a: OverLines, b: OverLines): boolean =>
  a.steps.length === b.steps.length && a.steps.every(({ op, fn }, i) => op === b.steps[i]!.op && fn === b.steps[i]!.fn) && sameMerge(a.by, b.by)

const sameMerge = (a: AggregateBy | undefined, b: AggregateBy | undefined): boolean =>
  a === b || (a?.from === 'values' && b?.from === 'values' && a.create === b.create && a.mergeValue === b.mergeValue)

/** Several leaves are several blocks of a window, or neighbours that coalesce has put together. */
function leavesOf(pieces: readonly Piece[], at: number): readonly LinesPiece[] | undefined {
  const piece = pieces[at]!
  if (piece.kind !== 'concat') {
    const leaf = leafOf(piece)
    return leaf && [leaf]
  }
  const found = piece.inputs.map(input => leavesOf(pieces, input))
  return found.every(leaves => leaves !== undefined) ? found.flat() : undefined
}

function leafOf(piece: Piece): LinesPiece | undefined {
  if (piece.kind === 'lines') return piece
  return piece.kind === 'fileLines' && !piece.path.endsWith('.gz') && piece.maxLineBytes >= LEAST_MAX_LINE_BYTES ? piece : undefined
}

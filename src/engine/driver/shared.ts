/**
 * What tasks share with the driver: broadcast values, accumulators, classes of rows. Each is sent to an executor when a task
 * first needs it there; what accumulators gained comes back with the task's answer and is merged once, when it succeeded.
 */
import type { AccumulatorV2 } from '../../core/accumulator.js'
import { classById, idOfClass, registerClass } from '../../core/classes.js'
import { SparkError } from '../../core/errors.js'
import { hasPrivateFields, type Class } from '../task/row-classes.js'
import type { NameClass } from '../task/row-writer.js'
import type { Task } from '../task/task.js'
import { captureValue } from '../../closure/capture.js'
import type { Portable } from '../../closure/portable.js'
import type { AccumulatorZero, Deltas, Shipped } from '../task/guest.js'

type Accumulator = AccumulatorV2<unknown, unknown>

/** What an executor already holds, so that each thing is sent to it once. */
export interface Holdings { readonly broadcasts: Set<number>; readonly classes: Set<string> }

/** What goes with a task. */
export interface Missing {
  readonly broadcasts: readonly Shipped[]
  /** Each as an AccumulatorZero. */
  readonly accumulators: readonly Shipped[]
  /** Classes of rows, by their definitions. */
  readonly classes: readonly Portable[]
}

export class Shared {
  readonly #broadcasts = new Map<number, Portable>()
  readonly #accumulators = new Map<number, Accumulator>()
  readonly #zeros = new Map<number, Portable>()
  readonly #classes = new Map<string, Portable>()

  broadcast(id: number, value: unknown): void { this.#broadcasts.set(id, captureValue(value, `broadcast ${id}`)) }
  unbroadcast(id: number): void { this.#broadcasts.delete(id) }
  register(accumulator: Accumulator): void { this.#accumulators.set(accumulator.id, accumulator) }

  /** Names a class of rows that the driver encodes; its definition will travel with them. */
  readonly nameClass: NameClass = type => idOfClass(type) ?? this.#name(type)

  /** What the executor needs for that task and does not have. */
  missing(functions: Portable, task: Task, holdings: Holdings): Missing {
    const classes = classesOf(task).filter(id => !holdings.classes.has(id))
    for (const id of classes) holdings.classes.add(id)
    return {
      broadcasts: functions.broadcasts.filter(id => !holdings.broadcasts.has(id)).map(id => this.#ship(id, holdings)),
      accumulators: this.zeros(functions.accumulators),
      classes: this.definitions(classes),
    }
  }

  /** Accumulators as a task gets them, each as an AccumulatorZero. */
  zeros(accumulators: readonly number[]): Shipped[] { return accumulators.map(id => [id, this.#zero(id)] as const) }
  definitions(classes: readonly string[]): Portable[] { return classes.map(id => this.#definition(id)) }

  /** @throws BROADCAST_DESTROYED */
  broadcastValue(id: number): Portable {
    const portable = this.#broadcasts.get(id)
    if (!portable) throw new SparkError('BROADCAST_DESTROYED', { id })
    return portable
  }

  /** Something of the user's that is sent once, to a thread that holds nothing yet. */
  travelling(value: object, name: string): { readonly portable: Portable; readonly broadcasts: readonly Shipped[] } {
    const portable = captureValue(value, name)
    const none: Holdings = { broadcasts: new Set(), classes: new Set() }
    return { portable, broadcasts: portable.broadcasts.map(id => this.#ship(id, none)) }
  }

  merge(deltas: Deltas): void {
    for (const [id, delta] of deltas) this.#accumulators.get(id)?.mergeDelta(delta)
  }

  #ship(id: number, holdings: Holdings): Shipped {
    const portable = this.broadcastValue(id)
    holdings.broadcasts.add(id)
    return [id, portable]
  }

  #zero(id: number): Portable {
    const known = this.#zeros.get(id) ?? captureValue(zeroOf(this.#accumulators.get(id)!), `the accumulator ${id}`)
    this.#zeros.set(id, known)
    return known
  }

  #name(type: Class): string {
    captureValue(type, type.name)
    return idOfClass(type) ?? registerClass(type)
  }

  #definition(id: string): Portable {
    const known = this.#classes.get(id) ?? captureValue(classById(id), id)
    this.#classes.set(id, known)
    return known
  }
}

/** What an executor makes its copy of: the class and, unless they are private, the fields of a fresh one. */
function zeroOf(accumulator: Accumulator): AccumulatorZero {
  const type = accumulator.constructor as Class
  return { type, fields: hasPrivateFields(type) ? undefined : Object.entries(accumulator.copyAndReset()) }
}

function classesOf(task: Task): string[] {
  const found = new Set<string>()
  for (const piece of task.pieces) if (piece.kind === 'blocks') for (const { classes } of piece.blocks) for (const id of classes) found.add(id)
  return [...found].filter(id => !id.startsWith('tspark:'))
}

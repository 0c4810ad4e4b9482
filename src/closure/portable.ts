/**
 * What a captured function or value looks like while it travels: a table of entries that refer to each other by index, so that
 * shared references and cycles keep their identity. Plain data: JSON, apart from the bytes of array buffers.
 */
export type Slot = string | number | boolean | null | Ref | { readonly odd: Odd } | { readonly bigint: string }
export interface Ref { readonly ref: number }
export type Odd = 'undefined' | 'NaN' | '-0' | 'Infinity' | '-Infinity' | 'hole'

/** Source text of a function or class, and where V8 found it: a stack frame in an executor then names the user's own line. */
export interface Code {
  readonly source: string
  /** How the source is written: an expression, or a member of an object literal (`norm(x) { … }`, `get size() { … }`). */
  readonly form: 'expression' | 'member'
  readonly url: string
  /** 0-based, of the first character of `source`. */
  readonly line: number
  readonly column: number
  /** Captured variables, in the order of FunctionData.variables. */
  readonly names: readonly string[]
  /** Names that must have their values before the source is evaluated: computed keys, superclasses. */
  readonly eager: readonly string[]
}

export interface FunctionData {
  readonly code: number
  readonly variables: readonly Slot[]
  /** Variables that some captured function assigns and another one sees: name → index into Portable.cells. */
  readonly shared?: Readonly<Record<string, number>>
  /** null where the class has a member of that name instead. */
  readonly name: Slot
  /** Of a class: its id in core/classes, and what it extends. */
  readonly classId?: string
  readonly extends?: Slot
  /** Of a class: the true keys of the methods that its source calls 0, 1, …. */
  readonly keys?: readonly { readonly isStatic: boolean; readonly key: string | Ref }[]
  /** Of an old-style constructor, and members added to a class after its definition. */
  readonly prototype?: readonly Property[]
  /** Of an old-style constructor: the prototype of its prototype. */
  readonly inherits?: Slot
}

/** One own property. Flags are left out where all are true; an accessor has `get`, `set` instead of `value`. */
export interface Property {
  readonly key: string | Ref
  readonly value?: Slot
  readonly get?: Slot
  readonly set?: Slot
  readonly flags?: number
}

export interface Entry {
  /** A row of KINDS in values.ts, or one of function, export, global, prototype, symbol, require, broadcast, accumulator. */
  readonly kind: string
  readonly data: unknown
  /** Only where it is not the kind's own. */
  readonly proto?: Slot
  readonly properties?: readonly Property[]
  readonly frozen?: 'frozen' | 'sealed' | 'closed'
}

export interface Portable {
  readonly roots: readonly Slot[]
  readonly entries: readonly Entry[]
  readonly codes: readonly Code[]
  readonly cells: readonly Slot[]
  /** URLs that the executor imports before it rebuilds. */
  readonly modules: readonly string[]
  readonly broadcasts: readonly number[]
  readonly accumulators: readonly number[]
}

export const isRef = (slot: Slot): slot is Ref => typeof slot === 'object' && slot !== null && 'ref' in slot

/** How a value shows itself when it is typed bare at the prompt: a few plain lines, control characters not yet escaped. */
export const DESCRIBE: unique symbol = Symbol.for('tspark.describe') as never

export interface Described { [DESCRIBE](): readonly string[] }

export const describe = (value: unknown): readonly string[] | undefined =>
  typeof value === 'object' && value !== null && DESCRIBE in value ? (value as Described)[DESCRIBE]() : undefined

/** A value that wants to know the name it is bound to, so that what it prints can be told from others' output. */
export const LABEL: unique symbol = Symbol.for('tspark.label') as never

export interface Labelled { [LABEL](name: string): void }

/** Tells `value` the user's name for it, where it asks for one. */
export function label(value: unknown, name: string): void {
  if (typeof value === 'object' && value !== null && LABEL in value) (value as Labelled)[LABEL](name)
}

/** A value that shows nothing when a line ends with it: what was done says itself. */
export const SILENT: unique symbol = Symbol.for('tspark.silent') as never

/** A value whose answer is on its way: the prompt waits for it, and shows what is said meanwhile before it comes back. */
export const SETTLING: unique symbol = Symbol.for('tspark.settling') as never

export const settling = (value: unknown): Promise<void> | undefined =>
  typeof value === 'object' && value !== null && SETTLING in value ? (value as { readonly [SETTLING]: Promise<void> | undefined })[SETTLING] : undefined

export const isSilent = (value: unknown): boolean => typeof value === 'object' && value !== null && SILENT in value

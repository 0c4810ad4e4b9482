/** How a value shows itself when it is typed bare at the prompt: a few plain lines, control characters not yet escaped. */
export const DESCRIBE: unique symbol = Symbol.for('tspark.describe') as never

export interface Described { [DESCRIBE](): readonly string[] }

export const describe = (value: unknown): readonly string[] | undefined =>
  typeof value === 'object' && value !== null && DESCRIBE in value ? (value as Described)[DESCRIBE]() : undefined

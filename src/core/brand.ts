/**
 * Marks by which rooms recognise each other's objects without importing each other.
 *
 * `DRIVER_ONLY` names what may never leave the driver (contexts, RDDs, DStreams): closure capture refuses an object that
 * carries it and says the name. `BROADCAST` and `ACCUMULATOR` mark what travels as an id instead of as a value.
 */
export const DRIVER_ONLY: unique symbol = Symbol.for('tspark.driverOnly') as never
export const BROADCAST: unique symbol = Symbol.for('tspark.broadcast') as never
export const ACCUMULATOR: unique symbol = Symbol.for('tspark.accumulator') as never

/** What a driver-only object calls itself in errors, e.g. `SparkContext`. */
export const driverOnlyName = (value: object): string | undefined => (value as { [DRIVER_ONLY]?: string })[DRIVER_ONLY]

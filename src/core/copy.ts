/**
 * A fresh copy of plain data, for zero values: each partition, and each key, folds into its own.
 *
 * Copied: arrays, objects, Maps, Sets, Dates, typed arrays, instances of classes with public fields. All else (numbers,
 * strings, functions) is itself.
 */
export function copyOf<T>(value: T): T { return copy(value) as T }

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copy(key), copy(item)]))
  if (value instanceof Set) return new Set([...value].map(copy))
  if (value instanceof Date || ArrayBuffer.isView(value)) return structuredClone(value)
  const fresh = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>
  for (const [name, item] of Object.entries(value)) fresh[name] = copy(item)
  return fresh
}

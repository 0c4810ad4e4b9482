/** Two lists as multisets: what the first has beyond the second, in its own order. Equal is what has the same key. */
export function beyond<T>(rows: readonly T[], others: readonly T[], keyOf: (row: T) => unknown): T[] {
  const left = new Map<unknown, number>()
  for (const key of others.map(keyOf)) left.set(key, (left.get(key) ?? 0) + 1)
  return rows.filter(row => {
    const key = keyOf(row)
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}

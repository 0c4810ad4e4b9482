/** What a worker keeps from task to task: commands it has read, and broadcast values. The oldest commands go first. */
const MOST = 64

const kept = new Map<string, unknown>()

/** The value that was made for that key, or a new one. */
export function known<T>(key: string, make: () => T): T {
  const found = kept.has(key) ? kept.get(key) as T : make()
  kept.delete(key)
  kept.set(key, found)
  if (kept.size > MOST) kept.delete(kept.keys().next().value!)
  return found
}

export const forget = (key: string): void => { kept.delete(key) }

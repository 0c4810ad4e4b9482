/** The nearest of some names to a mistyped one, for `did you mean …`; nothing when none is near. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const ranked = names.map(candidate => ({ candidate, edits: distance(name, candidate) })).sort((a, b) => a.edits - b.edits)
  const best = ranked[0]
  return best && best.edits <= Math.max(2, name.length / 3) ? best.candidate : undefined
}

/** Levenshtein's: insertions, deletions and replacements between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

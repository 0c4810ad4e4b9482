/** How much of what waits a batch takes: whole pieces, in the order in which they came. */

/** How many of the first pieces have at most so many records; the first one is taken unless that is none. */
export function countWithin(pieces: readonly { readonly records: number }[], most: number): number {
  let [count, records] = [0, 0]
  for (; count < pieces.length; count++) {
    records += pieces[count]!.records
    if (records > most && (count > 0 || most === 0)) break
  }
  return count
}

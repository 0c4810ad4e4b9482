/**
 * All of the bytes, where the system may take or give only a part of them: a disk that is nearly full takes less than it is given before
 * it refuses, and a read may end early.
 */
import { readSync, writeSync } from 'node:fs'

export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}

/** Fills `into` with what stands at `position`; gives how many bytes that were: fewer only where the file ends. */
export function readWhole(file: number, into: Uint8Array, position: number): number {
  let filled = 0
  while (filled < into.length) {
    const got = readSync(file, into, filled, into.length - filled, position + filled)
    if (got === 0) break
    filled += got
  }
  return filled
}

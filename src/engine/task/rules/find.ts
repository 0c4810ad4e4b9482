/** Where the next separator is: `find` gives where it begins, −1 where there is none, and leaves where it ends in `end`. */
import type { Doubt } from './cut.js'
import type { Separator } from './separator.js'
import { wideSpaceAt } from './spaces.js'
import { unruled } from './unruled.js'

export interface Finder {
  end: number
  find(bytes: Uint8Array, from: number, to: number): number
}

export function finderOf(by: Separator, doubt: Doubt): Finder {
  switch (by.kind) {
    case 'byte': return new ByteFinder(by.byte)
    case 'bytes': return new BytesFinder(by.bytes)
    case 'class': return by.others === 'none' ? new AsciiFinder(by.ascii, by.run) : new ClassFinder(by.ascii, by.others === 'all', by.run, doubt)
    default: return by satisfies never
  }
}

class ByteFinder implements Finder {
  end = 0
  constructor(readonly byte: number) {}

  find(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) if (bytes[at] === this.byte) {
      this.end = at + 1
      return at
    }
    return -1
  }
}

class BytesFinder implements Finder {
  end = 0
  constructor(readonly wanted: Uint8Array) {}

  find(bytes: Uint8Array, from: number, to: number): number {
    const at = indexOf(bytes, this.wanted, from, to)
    this.end = at + this.wanted.length
    return at
  }
}

/** Of `wanted`, which is not empty, wholly before `to`. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number, to: number): number {
  const first = wanted[0]!
  const last = to - wanted.length
  for (let at = from; at <= last; at++) if (bytes[at] === first && startsWith(bytes, wanted, at)) return at
  return -1
}

export function startsWith(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

class AsciiFinder implements Finder {
  end = 0
  readonly #is = new Uint8Array(256)
  constructor(ascii: Uint8Array, readonly run: boolean) { this.#is.set(ascii) }

  find(bytes: Uint8Array, from: number, to: number): number {
    const is = this.#is
    for (let at = from; at < to; at++) {
      if (is[bytes[at]!] === 0) continue
      let end = at + 1
      if (this.run) while (end < to && is[bytes[end]!] === 1) end++
      this.end = end
      return at
    }
    return -1
  }
}

const KELVIN = Uint8Array.of(0xe2, 0x84, 0xaa)
const DOTTED_I = Uint8Array.of(0xc4, 0xb0)
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf)

class ClassFinder implements Finder {
  end = 0
  constructor(readonly ascii: Uint8Array, readonly all: boolean, readonly run: boolean, readonly doubt: Doubt) {}

  find(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      let size = this.#size(bytes, at, to)
      if (size === 0) continue
      this.end = at + size
      if (this.run) while (this.end < to && (size = this.#size(bytes, this.end, to)) > 0) this.end += size
      return at
    }
    return -1
  }

  /** How many bytes of a separator there are; of a character outside ASCII one after another, where all are. */
  #size(bytes: Uint8Array, at: number, to: number): number {
    const byte = bytes[at]!
    if (byte < 0x80) return this.ascii[byte]!
    const size = this.all ? 1 : wideSpaceAt(bytes, at, to)
    if (this.doubt === 'kelvin' && (startsWith(bytes, KELVIN, at) || startsWith(bytes, DOTTED_I, at))) unruled('K or İ')
    if (this.doubt === 'mark' && size > 0 && startsWith(bytes, MARK, at)) unruled('U+FEFF')
    return size
  }
}

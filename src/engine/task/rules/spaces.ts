/**
 * White space in UTF-8 as `trim()` and `\s` know it: in ASCII the tab, line ends, vertical tab, form feed and blank, else
 * U+00A0, U+1680, U+2000–U+200A, U+2028, U+2029, U+202F, U+205F, U+3000 and U+FEFF. A lead byte never belongs to a sequence that began
 * before it, so that this holds within invalid UTF-8, too.
 */
type Bytes = Uint8Array

const isAsciiSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13)

/** How many bytes of white space outside ASCII begin at `at`; 0 if none. */
export function wideSpaceAt(bytes: Bytes, at: number, end: number): number {
  const lead = bytes[at]!
  if (lead < 0xc2) return 0
  if (lead === 0xc2) return at + 1 < end && bytes[at + 1] === 0xa0 ? 2 : 0
  if (at + 2 >= end || lead > 0xef) return 0
  return isWide(lead, bytes[at + 1]!, bytes[at + 2]!) ? 3 : 0
}

function isWide(lead: number, second: number, third: number): boolean {
  switch (lead) {
    case 0xe1: return second === 0x9a && third === 0x80
    case 0xe2: return (second === 0x80 && ((third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf)) || (second === 0x81 && third === 0x9f)
    case 0xe3: return second === 0x80 && third === 0x80
    case 0xef: return isMark(bytesOf(lead, second, third))
    default: return false
  }
}

const bytesOf = (a: number, b: number, c: number): number => (a << 16) | (b << 8) | c
const isMark = (three: number): boolean => three === 0xefbbbf

export function trimmedStart(bytes: Bytes, start: number, end: number): number {
  for (let at = start; at < end;) {
    const size = isAsciiSpace(bytes[at]!) ? 1 : wideSpaceAt(bytes, at, end)
    if (size === 0) return at
    at += size
  }
  return end
}

export function trimmedEnd(bytes: Bytes, start: number, end: number): number {
  for (let at = end; at > start;) {
    const size = isAsciiSpace(bytes[at - 1]!) ? 1 : [2, 3].find(width => at - width >= start && wideSpaceAt(bytes, at - width, at) === width)
    if (!size) return at
    at -= size
  }
  return start
}

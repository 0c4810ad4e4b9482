/**
 * What `split` is asked to split at, as data that bytes can be searched for: one ASCII byte, several bytes of UTF-8, or a class of
 * characters (`/\s+/`, `/[,;]/`, `/\W+/`).
 *
 * Text that was invalid UTF-8 holds U+FFFD where the bytes hold anything, and a lone surrogate is in no bytes: separators with
 * either are not for bytes. A character outside ASCII is in all of a class, in none of it, or is asked whether it is a space.
 */
export type Separator =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'class'; readonly ascii: Uint8Array; readonly others: Others; readonly run: boolean }

/** Which characters outside ASCII belong to a class. */
export type Others = 'none' | 'all' | 'spaces'

export function literalSeparator(text: string): Separator | undefined {
  const bytes = literalBytes(text)
  if (!bytes || bytes.length === 0 || /[\n\r]/.test(text)) return undefined
  return bytes.length === 1 ? { kind: 'byte', byte: bytes[0]! } : { kind: 'bytes', bytes }
}

/** As UTF-8, where looking for these bytes is looking for that text. */
export const literalBytes = (text: string): Uint8Array | undefined => /[\p{Surrogate}\ufffd]/u.test(text) ? undefined : Uint8Array.from(Buffer.from(text, 'utf8'))

/** One character or one class of characters, once or in a run. */
export function patternSeparator(pattern: string, flags: string): Separator | undefined {
  const match = /^(?:(\[\^|\[(?!\^))((?:\\.|[^\\\]])+)\]|(\\?.))(\+?)$/su.exec(pattern)
  if (!match || (flags !== '' && flags !== 'g')) return undefined
  const [, opening, members, single, plus] = match
  const found = opening ? membersOf(members!) : atomOf(single!)
  if (!found) return undefined
  const { ascii, others } = opening === '[^' ? negated(found) : found
  if (others === undefined || (others === 'all' && !plus)) return undefined
  return { kind: 'class', ascii: Uint8Array.from(ascii, Number), others, run: plus === '+' }
}

/** `others` is undefined where neither none nor all nor exactly the spaces belong to it. */
interface Characters { readonly ascii: readonly boolean[]; readonly others: Others | undefined }

const ASCII = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i))
const where = (test: (character: string) => boolean, others: Others | undefined = 'none'): Characters => ({ ascii: ASCII.map(test), others })
const negated = ({ ascii, others }: Characters): Characters => ({ ascii: ascii.map(has => !has), others: others === 'none' ? 'all' : others === 'all' ? 'none' : undefined })

const isWord = (character: string): boolean => /\w/.test(character)
const isDigit = (character: string): boolean => /\d/.test(character)
const CLASSES: Readonly<Record<string, Characters>> = {
  s: where(character => /\s/.test(character), 'spaces'),
  w: where(isWord),
  W: where(character => !isWord(character), 'all'),
  d: where(isDigit),
  D: where(character => !isDigit(character), 'all'),
  t: where(character => character === '\t'),
}

/** Outside brackets: a character that means itself, or an escape. */
function atomOf(text: string): Characters | undefined {
  if (text.length === 2) return escaped(text[1]!)
  return isAscii(text) && !/[\\^$.*+?()[\]{}|]/.test(text) ? where(character => character === text) : undefined
}

/** Letters and digits after a backslash are classes, or what is not asked for here. */
const escaped = (name: string): Characters | undefined => CLASSES[name] ?? (isAscii(name) && !isWord(name) ? where(character => character === name) : undefined)

const isAscii = (text: string): boolean => /^[\0-\x7f]+$/.test(text)

// Between a `-` and an escape, what is a range depends on the escape.
const UNSURE = /\\.-(?!$)|.-\\/su

function membersOf(members: string): Characters | undefined {
  if (UNSURE.test(members)) return undefined
  let all = where(() => false)
  for (let rest = members; rest !== '';) {
    const range = /^([^\\\]])-([^\\\]])/su.exec(rest)
    const item = range ? rangeOf(range[1]!, range[2]!) : rest.startsWith('\\') ? escaped(rest[1]!) : isAscii(rest[0]!) ? where(character => character === rest[0]) : undefined
    if (!item) return undefined
    all = joined(all, item)
    rest = rest.slice(range ? 3 : rest.startsWith('\\') ? 2 : 1)
  }
  return all
}

const rangeOf = (from: string, to: string): Characters | undefined => isAscii(from + to) && from <= to ? where(character => character >= from && character <= to) : undefined

function joined(a: Characters, b: Characters): Characters {
  const others = a.others === 'none' ? b.others : b.others === 'none' || a.others === b.others ? a.others : a.others === 'all' || b.others === 'all' ? 'all' : undefined
  return { ascii: a.ascii.map((has, i) => has || b.ascii[i]!), others }
}

/**
 * Files as a tar archive, and back: what Spark unpacks on executors, and what workers unpack for themselves. The same files give the same bytes:
 * no times, no owners.
 *
 * The format is ustar; names and links of more than 100 bytes go before their file as GNU's entries of types L and K.
 */
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'

/** A file, or a symbolic link to where `link` leads from there. */
interface FileEntry { readonly name: string; readonly bytes: Uint8Array; readonly executable?: boolean }
export type Entry = FileEntry | { readonly name: string; readonly link: string }

const BLOCK_BYTES = 512

/** Piece by piece, so that a large file is not held twice. */
export function* tarOf(entries: Iterable<Entry>): Iterable<Uint8Array> {
  for (const entry of entries) {
    yield* long(entry.name, 'L')
    if ('link' in entry) yield* long(entry.link, 'K')
    yield* 'link' in entry ? [header(entry.name, 0, 0o777, '2', entry.link)] : member(entry, '0')
  }
  yield Buffer.alloc(2 * BLOCK_BYTES)
}

function* long(text: string, type: string): Iterable<Uint8Array> {
  if (Buffer.byteLength(text) > 100) yield* member({ name: '././@LongLink', bytes: Buffer.from(`${text}\0`) }, type)
}

function* member({ name, bytes, executable = false }: FileEntry, type: string): Iterable<Uint8Array> {
  yield header(name, bytes.length, executable ? 0o755 : 0o644, type)
  yield bytes
  yield Buffer.alloc(padding(bytes.length))
}

const padding = (length: number): number => (BLOCK_BYTES - length % BLOCK_BYTES) % BLOCK_BYTES

function header(name: string, length: number, mode: number, type: string, link = ''): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(name, 0, 100)
  const octal = (value: number, at: number, size: number): number => block.write(value.toString(8).padStart(size - 1, '0'), at)
  octal(mode, 100, 8)
  octal(0, 108, 8) // owner
  octal(0, 116, 8) // group
  octal(length, 124, 12)
  octal(0, 136, 12) // time
  block.write('        ', 148) // the sum is made with blanks in its place
  block.write(type, 156)
  block.write(link, 157, 100)
  block.write('ustar\x0000', 257)
  octal(block.reduce((sum, byte) => sum + byte, 0), 148, 7)
  return block
}

/** The entries of an archive that `tarOf` made. */
export function* entriesOf(tar: Buffer): Iterable<Entry> {
  const longer: Record<string, string | undefined> = {}
  for (let at = 0; at + BLOCK_BYTES <= tar.length && tar[at] !== 0;) {
    const [type, length] = [textAt(tar, at + 156, 1), parseInt(textAt(tar, at + 124, 12), 8)]
    const [name, link] = [longer.L ?? textAt(tar, at, 100), longer.K ?? textAt(tar, at + 157, 100)]
    const bytes = tar.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + length)
    at += BLOCK_BYTES + length + padding(length)
    if (type === 'L' || type === 'K') longer[type] = textAt(bytes, 0, length)
    else {
      longer.L = longer.K = undefined
      yield type === '2' ? { name, link } : { name, bytes }
    }
  }
}

const textAt = (bytes: Buffer, at: number, size: number): string => bytes.toString('utf8', at, at + size).replace(/\0.*$/s, '')

/**
 * Writes what is not there yet, each file at once: several processes may do so for one directory. An entry that leads out of the directory is
 * refused.
 */
export function unpack(tar: Buffer, into: string): void {
  for (const entry of entriesOf(tar)) {
    const path = join(into, inside(entry.name))
    if (existsSync(path)) continue
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    if ('link' in entry) linked(entry.link, path)
    else {
      const draft = `${path}.${process.pid}.draft`
      writeFileSync(draft, entry.bytes, { mode: 0o600 })
      renameSync(draft, path)
    }
  }
}

function inside(name: string): string {
  const path = normalize(name)
  if (isAbsolute(path) || path.split('/')[0] === '..') throw new Error(`${name} leads out of the archive`)
  return path
}

function linked(target: string, path: string): void {
  try { symlinkSync(target, path) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error } // another process made it
}

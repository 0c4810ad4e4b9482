/**
 * A checkpoint as the bytes of its file: one line that says what follows, then JSON.
 *
 *   tspark checkpoint <format> <engine version> <bytes of JSON> <CRC-32 of all but itself>
 *
 * The sum covers the line too, so that no flipped bit passes, in whatever field. Another format with a true sum is not damage: it
 * is another version's, and refused with that sentence. Reading parses JSON and looks at it; nothing is evaluated.
 */
import { crc32 } from 'node:zlib'
import { installation } from '../../core/installation.js'
import { asCheckpoint, type Checkpoint } from './checkpoint.js'

const FORMAT = 1
const HEADER = /^tspark checkpoint (\d{1,9}) (\S{1,64}) (\d{1,15}) ([0-9a-f]{8})\n/
// No header is longer.
const MOST_HEADER_BYTES = 128

/** A whole and well-meant file that this version cannot read. */
export class OtherFormat extends Error {}

export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  const body = Buffer.from(JSON.stringify(checkpoint))
  const start = headerStart(FORMAT, installation.version, body.length)
  return Buffer.concat([Buffer.from(`${start} ${sum(start, body)}\n`), body])
}

/** @throws OtherFormat, or an Error that says what is damaged */
export function decodeCheckpoint(bytes: Buffer): Checkpoint {
  const header = HEADER.exec(bytes.toString('latin1', 0, MOST_HEADER_BYTES))
  if (!header) throw new Error('it does not begin as a checkpoint')
  const [line, format, version, length, expected] = header as unknown as [string, string, string, string, string]
  const body = bytes.subarray(line.length)
  if (body.length < Number(length)) throw new Error(`it ends too early: ${body.length} of ${length} bytes`)
  if (body.length > Number(length)) throw new Error(`it is too long: ${body.length} bytes for ${length}`)
  if (sum(line.slice(0, -expected.length - 2), body) !== expected) throw new Error('its check sum is wrong')
  if (Number(format) !== FORMAT) throw new OtherFormat(`it is of format ${format}, written by tspark ${version}; this version reads format ${FORMAT}`)
  return asCheckpoint(JSON.parse(body.toString()))
}

const headerStart = (format: number, version: string, bytes: number): string => `tspark checkpoint ${format} ${version} ${bytes}`

const sum = (start: string, body: Buffer): string => crc32(body, crc32(start)).toString(16).padStart(8, '0')

/** Files of records of one length, each record a Uint8Array: a collection of paths, read where the tasks run. */
import { readFileSync } from 'node:fs'
import { fnRef } from '../plan/fn-ref.js'
import { makeNode, type NarrowNode, type RddNode } from '../plan/rdd-plan.js'
import { collectionOf } from './rows.js'

/** A partition per file; records in the order of the file. */
export function binaryRecordsOf(operator: string, paths: readonly string[], recordLength: number): RddNode {
  const parent = collectionOf(operator, paths, paths.length)
  const read = (path: string): Uint8Array[] => recordsOf(path, recordLength)
  return makeNode<NarrowNode>({ kind: 'narrow', parent, op: 'flatMap', f: fnRef(read, operator), numPartitions: paths.length, partitioner: undefined, operator, site: undefined })
}

function recordsOf(path: string, recordLength: number): Uint8Array[] {
  const bytes = readFileSync(path)
  if (bytes.length % recordLength !== 0) throw new Error(`Byte array does not have correct length. ${path} has ${bytes.length} bytes, which is no multiple of ${recordLength}`)
  return Array.from({ length: bytes.length / recordLength }, (_, i) => Uint8Array.from(bytes.subarray(i * recordLength, (i + 1) * recordLength)))
}

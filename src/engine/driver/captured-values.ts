/** What a function takes along, told: the variables that it captured, what each is, and how large it is on its way. */
import { capture } from '../../closure/capture.js'
import { isRef, type FunctionData, type Portable, type Slot } from '../../closure/portable.js'
import type { CapturedValue, FnRef } from '../../plan/fn-ref.js'

/** In the order in which the function names them. */
export function capturedBy(f: FnRef): CapturedValue[] {
  const portable = capture([f])
  const [root] = portable.roots
  const entry = root !== undefined && isRef(root) ? portable.entries[root.ref]! : undefined
  if (entry?.kind !== 'function') return []
  const { code, variables, shared = {} } = entry.data as FunctionData
  return portable.codes[code]!.names.map((name, i) => {
    const slot = Object.hasOwn(shared, name) ? portable.cells[shared[name]!]! : variables[i]!
    return { name, kind: kindOf(slot, portable), bytes: bytesOf(slot, portable) }
  })
}

function kindOf(slot: Slot, { entries }: Portable): string {
  if (typeof slot !== 'object' || slot === null) return slot === null ? 'null' : typeof slot
  if (isRef(slot)) return entries[slot.ref]!.kind
  return 'bigint' in slot ? 'bigint' : slot.odd === 'undefined' ? 'undefined' : 'number'
}

/** As text, with all that hangs on it; of array buffers their bytes. */
function bytesOf(slot: Slot, { entries, codes }: Portable): number {
  const found = new Set<unknown>()
  let bytes = 0
  const measure = (value: unknown): void => {
    const text = JSON.stringify(value, (_key, part: unknown) => {
      if (part instanceof ArrayBuffer || part instanceof SharedArrayBuffer || ArrayBuffer.isView(part)) { bytes += part.byteLength; return 0 }
      if (typeof part === 'object' && part !== null && 'ref' in part) found.add((part as { ref: number }).ref)
      return part
    })
    bytes += Buffer.byteLength(text ?? '')
  }
  measure(slot)
  for (const ref of found) {
    const entry = entries[ref as number]!
    measure(entry.data)
    if (entry.properties) measure(entry.properties)
    if (entry.kind === 'function') bytes += codes[(entry.data as FunctionData).code]?.source.length ?? 0
  }
  return bytes
}

/** A cut in words, for explain(): `split at " " in lower case`. */
import type { Cut, TextOf } from './cut.js'
import type { Separator } from './separator.js'

export function tellCut({ ops, by, shape }: Cut): string {
  const tests = ops.filter(({ kind }) => kind === 'keep').length
  return [tests > 0 ? `${tests === 1 ? 'a test' : `${tests} tests`} of lines` : '', taken()].filter(Boolean).join(', ')

  function taken(): string {
    switch (shape.kind) {
      case 'parts': return `split at ${tellSeparator(by!)}`
      case 'text': case 'pair': return tellText(shape.text)
      case 'amount': return `${tellText(shape.text)}, ${tellText(shape.number)} as a number`
      default: return shape satisfies never
    }
  }

  function tellText({ field }: TextOf): string { return field === 'line' ? 'lines' : `field ${field} at ${tellSeparator(by!)}` }
}

function tellSeparator(by: Separator): string {
  switch (by.kind) {
    case 'byte': return JSON.stringify(String.fromCharCode(by.byte))
    case 'bytes': return JSON.stringify(Buffer.from(by.bytes).toString('utf8'))
    case 'class': return by.run ? 'runs of characters' : 'characters of a class'
    default: return by satisfies never
  }
}

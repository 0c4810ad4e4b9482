/** What the kernels take for granted about Unicode, asked of every code point. */
import { describe, expect, test } from 'vitest'
import { caseSplit } from '#src/engine/task/rules/case-split.js'
import { literalSeparator, patternSeparator } from '#src/engine/task/rules/separator.js'
import { trimmedEnd, trimmedStart, wideSpaceAt } from '#src/engine/task/rules/spaces.js'

const CHARACTERS = Array.from({ length: 0x110000 }, (_, code) => code).filter(code => code < 0xd800 || code > 0xdfff).map(code => String.fromCodePoint(code))
const wide = CHARACTERS.filter(character => character > '\x7f')
const CASELESS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(character => caseSplit(literalSeparator(character) ?? { kind: 'byte', byte: 0x41 }, ['toLowerCase']))

describe('letters', () => {
  test('a changed case does not change again', () => {
    expect(CHARACTERS.filter(c => c.toLowerCase().toLowerCase() !== c.toLowerCase() || c.toUpperCase().toUpperCase() !== c.toUpperCase())).toEqual([])
  })

  test('no separator comes or goes with the case', () => {
    expect(CASELESS).toEqual(expect.arrayContaining([' ', ',', '\t', '7', '_', '|']))
    const all = new RegExp(`[${CASELESS.map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}]`)
    expect(wide.filter(c => all.test(c.toLowerCase()) || all.test(c.toUpperCase()))).toEqual([])
    expect(CASELESS.filter(c => c.toLowerCase() !== c || c.toUpperCase() !== c)).toEqual([])
  })

  test('outside ASCII only K and İ have ASCII in their lower case', () => {
    expect(wide.filter(c => /[\0-\x7f]/.test(c.toLowerCase()))).toEqual(['\u0130', '\u212a'])
  })

  test('Σ does not see past a separator', () => {
    const [alone, before] = ['\u0391\u03a3'.toLowerCase(), '\u0391'.toLowerCase()]
    expect(CASELESS.filter(c => `\u0391\u03a3${c}\u0391`.toLowerCase() !== alone + c + before)).toEqual([])
    const spaces = CHARACTERS.filter(c => /\s/.test(c))
    expect(spaces.filter(c => `\u0391\u03a3${c}\u0391`.toLowerCase() !== alone + c + before)).toEqual(['\ufeff'])
  })
})

describe('white space', () => {
  const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8')

  test('is what \\s says', () => {
    expect(wide.filter(c => (wideSpaceAt(bytesOf(c), 0, bytesOf(c).length) > 0) !== /\s/.test(c))).toEqual([])
  })

  test('is trimmed as trim does', () => {
    const wrong = CHARACTERS.filter(c => {
      const text = `${c} ${c}x${c}\u3000${c}`
      const bytes = bytesOf(text)
      const start = trimmedStart(bytes, 0, bytes.length)
      return bytes.toString('utf8', start, trimmedEnd(bytes, start, bytes.length)) !== text.trim()
    })
    expect(wrong).toEqual([])
  })
})

describe('classes of characters', () => {
  const PATTERNS = ['\\s', '\\s+', '\\W+', '\\w', '\\d+', '\\D+', '[a-z]', '[^a-z]+', '[\\s,]+', '[^\\w\']+', '\\.', ',', '\\|', '[.,;:!?]', '[^0-9]+', '\\t', '[\\W_]+', '[.]', '[-,]', '[,-]', '[+-]', '[\\s-]', '[\\\\\\]]']
  test.each(PATTERNS)('/%s/', pattern => {
    const found = patternSeparator(pattern, '')
    const single = new RegExp(`^${pattern.replace(/\+$/, '')}$`)
    if (found?.kind !== 'class') throw new Error('no class')
    expect([...found.ascii]).toEqual(Array.from({ length: 128 }, (_, code) => Number(single.test(String.fromCharCode(code)))))
    const units = wide.filter(c => c.length === 1)
    const others = { none: [], all: units, spaces: units.filter(c => /\s/.test(c)) }[found.others]
    expect(units.filter(c => single.test(c))).toEqual(others)
    expect(found.run).toBe(pattern.endsWith('+'))
  })

  const REFUSED = ['\\W', '\\S+', '[^\\s]+', '\\b', '.', '.+', '^', '$', 'a|b', '(a)', 'ab', 'a*', '\\n', '\\u0020', '\\x20', '\\p{L}', '[\\b]', '[^a]', '\u00e9', '[\u00e9]', '[z-\u00e9]', ' ?', '', '(?:,)', '\\1', '[\\d-z]', '[+-\\.]', '[]', '[^]']
  test.each(REFUSED)('/%s/ is not for bytes', pattern => { expect(patternSeparator(pattern, '')).toBeUndefined() })
  test('flags', () => { expect(['i', 'u', 'y', 'v', 's'].map(flags => patternSeparator(',', flags))).toEqual([undefined, undefined, undefined, undefined, undefined]) })
})

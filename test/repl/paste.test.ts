/** Pasted text as the user means it: rows of text in, text out. */
import { describe, expect, test } from 'vitest'
import { asCommand, continuesChain, joinChains, stripPrompts } from '#src/repl/paste.js'

describe('copied prompts are dropped', () => {
  test.each([
    ['const a = 1', 'const a = 1'],
    ['ts> const a = 1', 'const a = 1'],
    ['ts> const a = 1\na: number\nts> a + 1\n2: number', 'const a = 1\na + 1'],
    ['ts> words\nts>   .map(w => [w, 1])\nts>   .print()', 'words\n  .map(w => [w, 1])\n  .print()'],
    ['ts> words\n  .map(w => [w, 1])\n  .print()', 'words\n  .map(w => [w, 1])\n  .print()'],
    ['ts> function f() {\n...   return 1\n... }\nts> f()', 'function f() {\n  return 1\n}\nf()'],
    ['scala> foo(\n     |   1)\nres0: Int = 1', 'foo(\n  1)'],
    ['>>> f(1)\n>>> g(\n...   2)', 'f(1)\ng(\n  2)'],
    ['$ node x.js', 'node x.js'],
    ['$ nc -lk 9999\n$ tspark-shell\nts> 1 + 1', '1 + 1'],
    ['ts> function f() {\n  return 1\n}\nts> f()', 'function f() {\n  return 1\n}\nf()'],
    ['ts>\nts> 1', '\n1'],
    ['type A =\n  | string\n  | number', 'type A =\n  | string\n  | number'],
    ['f(\n  ...rest)', 'f(\n  ...rest)'],
    ['const $ = 1\n$ + 1', 'const $ = 1\n$ + 1'],
    ['', ''],
  ])('%j', (pasted, meant) => { expect(stripPrompts(pasted)).toBe(meant) })
})

describe('a leading dot', () => {
  test.each([
    ['.map(w => w)', true], ['  .map(w => w)', true], ['.map<string>(w => w)', true], ['.a.b()', true], ['?.map(w)', true], ['.length[0]', true],
    ['.nc 9999', false], ['.help', false], ['.exit', false], ['.nc', false], ['.5 + 1', false], ['a.b()', false], ['', false], ['...rest', false],
  ])('%j continues the expression before it: %s', (line, continues) => { expect(continuesChain(line)).toBe(continues) })

  test.each([
    ['.nc 9999', { name: 'nc', rest: '9999' }], ['.help', { name: 'help', rest: '' }], ['.type words.map(w => w)', { name: 'type', rest: 'words.map(w => w)' }], ['  .exit  ', { name: 'exit', rest: '' }],
    ['.map(w => w)', undefined], ['words', undefined], ['.5', undefined],
  ])('%j is the command %j', (line, command) => { expect(asCommand(line)).toEqual(command) })

  test.each([
    [['words', '  .map(w => [w, 1])', '  .print()', 'ssc.start()'], ['words\n  .map(w => [w, 1])\n  .print()', 'ssc.start()']],
    [['words', '', '  // pairs', '  .map(w => [w, 1])'], ['words\n\n  // pairs\n  .map(w => [w, 1])']],
    [['a', '', 'b'], ['a', 'b']],
    [['.map(x => x)'], ['.map(x => x)']],
    [['a', '.help'], ['a', '.help']],
  ])('%j joins to %j', (lines, inputs) => { expect(joinChains(lines)).toEqual(inputs) })
})

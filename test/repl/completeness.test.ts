/** Whole, begun or wrong; and every prefix of a multi-line program is begun, so that a prompt never runs half of it. */
import { describe, expect, test } from 'vitest'
import { parseInput } from '#src/repl/compiler/completeness.js'

const TEXTS = {
  complete: [
    '1 + 1', 'const x = 5', 'lines.print()', '{ a: 1 }', '{}', '', '  ', '// only a comment', 'if (x) {}', 'f(`a${b}c`)', 'type T = string', '/a(b/',
    'export const a = 1', 'await x', 'const f = <T,>(x: T) => x', 'for (;;) {}', 'import x from "y"', 'let', 'declare function f(): void', '({ a, b })', 'x // (', '"{"', 'a\n\n',
  ],
  incomplete: [
    'const x =', 'lines.map(', 'lines.map(w => {', 'function f(', 'function f(a: number): number', 'if (x)', 'if (x) {', 'if (x) { } else', 'try {}', 'do {', '[1,', '`template', '`a${', '/* comment', 'a +',
    'a ? b', 'a ? b :', 'class A', 'class A extends B {', 'import { a', 'import { a } from', 'const {', 'x =>', 'async () =>', 'new', 'typeof', '({', '({ a: 1,', 'type A =', 'interface A {', 'enum E { A,', 'f(a, // first\n',
    'switch (x) { case 1:', 'while (true)', 'for (const x of', 'return (', '{ a: 1,', 'a.', 'throw (',
  ],
  invalid: ['val x = 3', 'a b', ')', '"open', 'const 1', 'lambda x: x', 'x = = 2', '“a”', 'print“', '/regex'],
} as const

describe.each(Object.entries(TEXTS))('%s', (state, texts) => {
  test.each(texts)('%j', text => { expect(parseInput(text).state).toBe(state) })
})

const PROGRAMS = [
  'function count(words: string[]) {\n  const counts = new Map<string, number>()\n  for (const w of words) {\n    counts.set(w, (counts.get(w) ?? 0) + 1)\n  }\n  return counts\n}',
  'class Box<T> {\n  // holds one\n  constructor(\n    readonly value: T,\n  ) {}\n  map<U>(f: (value: T) => U) {\n    return new Box(f(this.value))\n  }\n}',
  'const counts = words.map(w => [\n  w,\n  1,\n]).reduceByKey((a, b) =>\n  a + b)',
  'const text = `first\nsecond ${\n  1 + 1\n} third\nfourth`',
  'if (a) {\n  b()\n} else {\n  c({\n    d: 1,\n  })\n}',
  'wordCounts.foreachRDD(async rdd => {\n  const rows = await rdd.collect()\n\n  /* all\n   * of them */\n  for (const [word, n] of rows)\n    console.log(word, n)\n})',
  'const config = {\n  host: "localhost",\n  ports: [\n    9999,\n  ],\n  f(\n    x: number,\n  ): number {\n    return x\n  },\n}',
  'enum Level {\n  Low,\n  High,\n}',
  'interface A<\n  T,\n> {\n  x: T\n}',
  'import {\n  Seconds,\n  StreamingContext,\n} from "tspark"',
  'switch (x) {\n  case 1:\n    f()\n    break\n  default:\n    g()\n}',
]

test.each(PROGRAMS)('every prefix of %j is incomplete', program => {
  const lines = program.split('\n')
  const prefixes = lines.map((_, at) => lines.slice(0, at + 1).join('\n'))
  expect(prefixes.map(text => parseInput(text).state)).toEqual(prefixes.map((_, at) => at === lines.length - 1 ? 'complete' : 'incomplete'))
})

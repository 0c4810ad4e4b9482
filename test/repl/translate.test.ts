/** Scala and Python as TypeScript: forms as rows, what is refused with its line, and TypeScript that is let through. Whole programs: transcripts/scala.md and python.md. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { languageOf, translate } from '#src/repl/foreign/translate.js'
import { ROOT } from '../support/programs.js'

/** Two lines make a program; the first only says which language. */
const SCALA = 'val words = sc.parallelize(List("a"))\n'
const PYTHON = 'from pyspark import SparkContext\n'

const FORMS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  [SCALA]: [
    ['words.map((_, 1)).reduceByKey(_ + _)', 'words.map(x => [x, 1]).reduceByKey((a, b) => a + b)'],
    ['words.filter(_.length > 3).map(_.toUpperCase)', 'words.filter(x => x.length > 3).map(x => x.toUpperCase())'],
    ['words.map(w => (w, w.length)).filter(_._2 > 1).map(_.swap)', 'words.map(w => [w, w.length]).filter(x => x[1] > 1).map(x => [x[1], x[0]])'],
    ['words.map { w =>\n  val n = w.trim.length\n  (w, n)\n}', 'words.map(w => {\n  const n = w.trim().length\n  return [w, n]\n})'],
    ['words\n  .map(w => s"$w: ${w.length}")\n  .collect()\n  .foreach(println)', 'words.map(w => `${w}: ${w.length}`).collect().forEach(x => console.log(x))'],
    ['def big(n: Int, least: Double): Boolean = n > least', 'function big(n: number, least: number): boolean {\n  return n > least\n}'],
    ['def f(values: Seq[Int], state: Option[(Int, String)]): Option[Int] =\n  if (values.isEmpty) None else Some(values.sum)', 'function f(values: number[], state: [number, string] | undefined): number | undefined {\n  return (values.length === 0) ? undefined : values.reduce((a, b) => a + b, 0)\n}'],
    ['var n = 1\nn += 2 * (3 - n)', 'let n = 1\nn += 2 * (3 - n)'],
    ['val fields = "a,b".split(",")\nprintln(fields(0) + fields(1).toInt)', "const fields = 'a,b'.split(',')\nconsole.log(fields[0] + Number(fields[1]))"],
    ['val m: Map[String, Int] = null\nfor (n <- 1 to 3) println(n)', 'const m: Map<string, number> = null\nfor (const n of Array.from({ length: 3 + 1 - (1) }, (_, i) => i + (1))) {\n  console.log(n)\n}'],
    ['words.flatMap(_.split("\\\\W+")).countByValue()', 'words.flatMap(x => x.split(/\\W+/)).countByValue()'],
    ['if (words.count() > 1 && true) println("many") else { println("it\'s") }', "if (words.count() > 1 && true) {\n  console.log('many')\n} else {\n  console.log('it\\'s')\n}"],
    ['words.map(x => if (x == "a") 1 else -1)', "words.map(x => (x === 'a') ? 1 : -1)"],
  ],
  [PYTHON]: [
    ['nums = sc.parallelize([1, 2, 3]).map(lambda x: x ** 2 // 3)', 'const nums = sc.parallelize([1, 2, 3]).map(x => Math.floor((x ** 2) / 3))'],
    ['f = lambda a, b: a + b\nprint(f(1, 2))', 'const f = (a: any, b: any) => a + b\nconsole.log(f(1, 2))'],
    ['n = 0\nn += 1\nif not n == 1 and n is not None:\n    print("no")\nelif n > 3:\n    print("%d of %s" % (n, "x"))\nelse:\n    pass', "let n = 0\nn += 1\nif (!(n === 1) && n !== undefined) {\n  console.log('no')\n} else if (n > 3) {\n  console.log(`${n} of ${'x'}`)\n} else {\n\n}"],
    ['sc.parallelize(["a b"]).flatMap(lambda l: [(w.upper(), len(w)) for w in l.split(" ") if w != ""])', "sc.parallelize(['a b']).flatMap(l => l.split(' ').filter(w => w !== '').map(w => [w.toUpperCase(), w.length]))"],
    ['def size(word: str, more: int) -> int:\n    """of a word"""\n    return len(word) + more', 'function size(word: string, more: number): number {\n  \'of a word\'\n  return word.length + more\n}'],
    ['x, y = 1, "it\'s"\nprint(f"{x}: {y:.2f}")', "const [x, y] = [1, 'it\\'s']\nconsole.log(`${x}: ${y}`)"],
    ['sc.parallelize([("a", 1)]).map(lambda kv: kv[1] if kv[0] in "abc" else -1)', "sc.parallelize([['a', 1]]).map(kv => ('abc'.includes(kv[0])) ? kv[1] : -1)"],
  ],
}

describe.each(Object.entries(FORMS))('%s', (head, rows) => {
  test.each(rows)('%s', (text, expected) => {
    const made = translate(head + text)
    expect(made && 'text' in made ? made.text.replace(/^const words = .*\n/, '') : made).toBe(expected)
  })
})

/** Text, and the line that is named. */
const REFUSED: readonly (readonly [string, number, RegExp])[] = [
  ['val a = 1\nval b = a match { case 1 => 2 }', 2, /match/],
  ['val a = 1\nclass B', 2, /class/],
  ['val stream = KafkaUtils.createStream(ssc)\nstream.print()', 1, /KafkaUtils/],
  ['val ssc = new StreamingContext(sc, Seconds(1))\nval d = args(2)', 2, /command line/],
  ['val a = "text\nval b = 1', 1, /does not end/],
  ['val f = 1\ndef g(x) = x', 2, /types/],
  ['val a = (1\nval b = 2', 2, /val|b/],
  ['from pyspark import SparkContext\nimport pandas as pd\nprint(pd.DataFrame())', 3, /pd/],
  ['def f(x):\n    try:\n        pass', 2, /try/],
  ['from pyspark import SparkContext\nx = {"a": 1}', 2, /\{/],
]
test.each(REFUSED)('refused: %s', (text, line, problem) => {
  const made = translate(text)
  expect(made).toMatchObject({ line })
  expect((made as { problem: string }).problem).toMatch(problem)
})

const OURS = [
  'const words = lines.flatMap(l => l.split(" "))\nwords.print()', 'words\n  .map(w => [w, 1])\n  .print()', 'var n = 1\nn + 1', 'let s = `\nfrom a import b\n`', 'val x = 1', 'import { Seconds } from "tspark"\nSeconds(1)',
  ...['network-word-count.ts', 'chinese-word-count.ts', 'word-count-file.ts'].map(name => readFileSync(join(ROOT, 'docs/examples', name), 'utf8')),
]
test.each(OURS)('TypeScript is let through: %#', text => { expect(languageOf(text)).toBeUndefined() })

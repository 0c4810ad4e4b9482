/**
 * Mistakes that beginners and people from other shells make, each with the one line that helps. The compiler's own message comes first;
 * this explains it in terms of what was probably meant. A row is data: what it looks like, and the help in each language we have.
 */

/** A diagnostic as the rows see it: positions in the user's text. */
export interface Mistake { readonly code: number; readonly message: string; readonly text: string; readonly start: number; readonly end: number }

interface Row {
  readonly id: string
  readonly when: (mistake: Mistake) => boolean
  readonly help: { readonly en: string; readonly zh: string }
}

const at = ({ text, start, end }: Mistake): string => text.slice(start, end)
const before = ({ text, start }: Mistake): string => text.slice(0, start)
const after = ({ text, end }: Mistake): string => text.slice(end)
const lineOf = ({ text, start }: Mistake): string => text.slice(text.lastIndexOf('\n', start - 1) + 1).split('\n')[0]!

const TYPOGRAPHIC = /[‘’‚‛“”„‟«»]/
const FULL_WIDTH = /[\uff01-\uff5e\u3000-\u3002\u300c-\u300f]/
const UNKNOWN_NAME = new Set([2304, 2552, 2581, 2503])
const NO_PROPERTY = new Set([2339, 2551])
const NOT_A_PROMISE_HERE = new Set([2339, 2551, 2362, 2363, 2365, 2367, 2345, 2322, 2488, 2548, 2461, 2801])

export const MISTAKES: readonly Row[] = [
  {
    id: 'typographic-quotes', when: mistake => TYPOGRAPHIC.test(lineOf(mistake)) && mistake.code < 2000,
    help: { en: `the quotes are typographic ones; code needs straight ones: " or '`, zh: `这里用了弯引号（“ ” ‘ ’）；代码要用直引号 " 或 '` },
  },
  {
    id: 'full-width', when: mistake => FULL_WIDTH.test(lineOf(mistake)) && mistake.code < 2000,
    help: { en: 'the line has full-width punctuation (（ ） ， ； ：); code needs the plain ones: ( ) , ; :', zh: '这一行有全角标点（（ ） ， ； ：）；代码要用半角的 ( ) , ; :' },
  },
  {
    id: 'val', when: mistake => /(^|[\s;{])val\s+[\p{ID_Start}$_]/u.test(lineOf(mistake)) && (mistake.code < 2000 || at(mistake) === 'val'),
    help: { en: 'TypeScript says const where Scala says val: const name = …', zh: 'Scala 的 val 在 TypeScript 里写作 const：const 名字 = …' },
  },
  {
    id: 'def', when: mistake => /(^|[\s;{])def\s+[\p{ID_Start}$_]/u.test(lineOf(mistake)) && (mistake.code < 2000 || at(mistake) === 'def'),
    help: { en: 'TypeScript says function where Scala and Python say def: function name(x: string) { return … }', zh: 'Scala 和 Python 的 def 在 TypeScript 里写作 function：function 名字(x: string) { return … }' },
  },
  {
    id: 'lambda', when: mistake => /\blambda\b[^:]*:/.test(lineOf(mistake)) && (mistake.code < 2000 || at(mistake) === 'lambda'),
    help: { en: 'a lambda is written with an arrow: x => x + 1, not lambda x: x + 1', zh: 'lambda 用箭头书写：x => x + 1，而不是 lambda x: x + 1' },
  },
  {
    id: 'thin-arrow', when: mistake => mistake.code < 2000 && /[\p{ID_Continue})]\s*->/u.test(lineOf(mistake)),
    help: { en: 'the arrow of a function is =>, and a pair is [key, value]: w => [w, 1]', zh: '函数的箭头是 =>，键值对写作 [键, 值]：w => [w, 1]' },
  },
  {
    id: 'python-block', when: mistake => mistake.code < 2000 && /^\s*(if|elif|else|for|while|with|class|try)\b.*:\s*$/.test(lineOf(mistake)),
    help: { en: 'a block has braces, and its condition parentheses: if (x > 1) { … }, for (const x of xs) { … }', zh: '代码块用花括号，条件用圆括号：if (x > 1) { … }、for (const x of xs) { … }' },
  },
  {
    id: 'import-style', when: mistake => mistake.code < 2000 && /^\s*(from\s+[\w.]+\s+import\b|import\s+[\w.]+\s*;?\s*$|import\s+\w+\.)/.test(lineOf(mistake)),
    help: { en: 'the names come first, the module last and in quotes: import { Seconds, StreamingContext } from "tspark"', zh: '先写名字，模块写在最后并加引号：import { Seconds, StreamingContext } from "tspark"' },
  },
  {
    id: 'python-word', when: mistake => UNKNOWN_NAME.has(mistake.code) && /^(None|True|False|nil|self)$/.test(at(mistake)),
    help: { en: 'the words are undefined or null, true, false, this', zh: '这里写作 undefined 或 null、true、false、this' },
  },
  {
    id: 'length', when: mistake => UNKNOWN_NAME.has(mistake.code) && at(mistake) === 'len',
    help: { en: 'a length is asked of the value: word.length; records are counted by count()', zh: '长度写作 word.length；记录数用 count()' },
  },
  {
    id: 'type-name', when: mistake => UNKNOWN_NAME.has(mistake.code) && /^(int|Int|long|Long|float|Float|double|Double|str|bool|char|short)$/.test(at(mistake)),
    help: { en: 'the types are number, string and boolean, and mostly need not be written', zh: '类型是 number、string、boolean，而且大多不必写出' },
  },
  {
    id: 'two-placeholders', when: mistake => UNKNOWN_NAME.has(mistake.code) && at(mistake) === '_' && /\b_\s*[-+*/]\s*_\b/.test(lineOf(mistake)),
    help: { en: '`_ + _` is Scala; name both values: (a, b) => a + b', zh: '`_ + _` 是 Scala 的写法；请写出两个参数：(a, b) => a + b' },
  },
  {
    id: 'placeholder', when: mistake => UNKNOWN_NAME.has(mistake.code) && at(mistake) === '_',
    help: { en: '`_` alone is no placeholder here; name it before the arrow: _ => _.split(" ")', zh: '`_` 在这里不是占位符；请在箭头前写出它：_ => _.split(" ")' },
  },
  {
    id: 'tuple-field', when: mistake => NO_PROPERTY.has(mistake.code) && /^_[1-9]$/.test(at(mistake)),
    help: { en: 'fields of a pair are counted from 0 in brackets: x[0] is the key, x[1] the value (Scala: x._1, x._2)', zh: '元组的元素用方括号从 0 数起：x[0] 是键，x[1] 是值（Scala 写作 x._1、x._2）' },
  },
  {
    id: 'tuple-parentheses', when: mistake => mistake.code === 2695,
    help: { en: 'a pair is written in brackets: [w, 1]; (w, 1) is only its last value', zh: '键值对用方括号书写：[w, 1]；(w, 1) 只是最后一个值' },
  },
  {
    id: 'missing-return', when: mistake => [2345, 2769, 2322].includes(mistake.code) && /\bvoid\b/.test(mistake.message) && /=>\s*\{/.test(at(mistake)) && !/\breturn\b/.test(at(mistake)),
    help: { en: 'a function with braces needs return: w => { return [w, 1] }, or no braces: w => [w, 1]', zh: '带花括号的函数需要 return：w => { return [w, 1] }，或者不用花括号：w => [w, 1]' },
  },
  {
    id: 'async-function', when: mistake => [2345, 2322, 2769, 2741].includes(mistake.code) && /\bPromise</.test(mistake.message) && /\.(map|mapValues|flatMap|filter|flatMapValues)\(\s*async\b/.test(lineOf(mistake)),
    help: { en: 'records do not wait for a promise; mapAsync(f, { concurrency: 8 }) does, then go on from its results', zh: '记录不会等待 promise；请用 mapAsync(f, { concurrency: 8 })，再处理它的结果' },
  },
  {
    id: 'collect-on-stream', when: mistake => NO_PROPERTY.has(mistake.code) && /^(collect|take|first|show)$/.test(at(mistake)) && /DStream</.test(mistake.message),
    help: { en: 'a stream has no end to collect: use print(), or foreachRDD(rdd => …) and rdd.collect() there', zh: '流没有尽头，不能 collect：请用 print()，或在 foreachRDD(rdd => …) 里用 rdd.collect()' },
  },
  {
    id: 'foreach-on-stream', when: mistake => NO_PROPERTY.has(mistake.code) && /^for[eE]ach$/.test(at(mistake)) && /DStream</.test(mistake.message),
    help: { en: 'a stream gives one RDD for each batch: foreachRDD(rdd => rdd.foreach(x => console.log(x)))', zh: '流的每个批次是一个 RDD：foreachRDD(rdd => rdd.foreach(x => console.log(x)))' },
  },
  {
    id: 'lists-of-pairs', when: mistake => mistake.code === 2684 && /^[^<]*<[^'”]*\[\]>['”]/.test(mistake.message),
    help: { en: 'each record is a list here; flatMap instead of map before it gives what is in the lists, one by one', zh: '这里每条记录是一个列表；前面的 map 换成 flatMap，就能逐个得到列表中的元素' },
  },
  {
    id: 'pairs-needed', when: mistake => mistake.code === 2684,
    help: { en: 'this operator works on pairs [key, value]; make them first: .map(x => [x, 1])', zh: '这个算子需要键值对 [key, value]；请先写 .map(x => [x, 1])' },
  },
  {
    id: 'missing-await', when: mistake => NOT_A_PROMISE_HERE.has(mistake.code) && /\b(Job)?Promise</.test(mistake.message),
    help: { en: 'the result is a promise; put await before it: (await rdd.count()) + 1; in a function: async rdd => { … }', zh: '结果是一个 promise；请在前面加 await：(await rdd.count()) + 1；在函数里：async rdd => { … }' },
  },
  {
    id: 'require', when: mistake => [2304, 2552, 2580, 2591].includes(mistake.code) && at(mistake) === 'require',
    help: { en: 'modules are imported here: import fs from "node:fs"', zh: '这里用 import 引入模块：import fs from "node:fs"' },
  },
  {
    id: 'println', when: mistake => UNKNOWN_NAME.has(mistake.code) && /^(print|println|echo)$/.test(at(mistake)),
    help: { en: 'a value is shown by typing it, a stream by counts.print(), text by console.log(…)', zh: '直接输入就能看到值；流用 counts.print()，文本用 console.log(…)' },
  },
  {
    id: 'used-in-its-own-initializer', when: mistake => mistake.code === 2448 || mistake.code === 7022,
    help: { en: 'a const cannot be made from itself, even if an earlier line has the name; give the new one another name', zh: 'const 不能用自己来定义，即使前面的行有同名的变量；请换一个名字' },
  },
  {
    id: 'contains', when: mistake => NO_PROPERTY.has(mistake.code) && at(mistake) === 'contains',
    help: { en: 'TypeScript says includes where Scala says contains', zh: 'Scala 的 contains 在 TypeScript 里写作 includes' },
  },
  {
    id: 'python-print', when: mistake => NO_PROPERTY.has(mistake.code) && at(mistake) === 'pprint',
    help: { en: 'print() is what Python calls pprint(): words.print()', zh: 'Python 的 pprint() 在这里是 print()：words.print()' },
  },
  {
    id: 'window-duration', when: mistake => mistake.code === 2769 && /\bDuration\b/.test(mistake.message) && /\breduceByKeyAndWindow\(/.test(lineOf(mistake)),
    help: { en: 'window and slide say their unit: reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(10))', zh: '窗口长度和滑动间隔要写出单位：reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(10))' },
  },
  {
    id: 'duration', when: mistake => [2345, 2769].includes(mistake.code) && /\bnumber\b.*\bDuration\b/.test(mistake.message),
    help: { en: 'a time span says its unit: Seconds(1), Milliseconds(500)', zh: '时间长度要写出单位：Seconds(1)、Milliseconds(500)' },
  },
  {
    id: 'port', when: mistake => [2345, 2554].includes(mistake.code) && /\bsocketTextStream\(/.test(lineOf(mistake)),
    help: { en: 'host and port are two arguments, and the port is a number: ssc.socketTextStream("localhost", 9999)', zh: '主机和端口是两个参数，端口是数字：ssc.socketTextStream("localhost", 9999)' },
  },
  {
    id: 'parallelize', when: mistake => [2345, 2554].includes(mistake.code) && /\bparallelize\(/.test(lineOf(mistake)),
    help: { en: 'the records go into one list: sc.parallelize([1, 2, 3])', zh: '记录要放在一个列表里：sc.parallelize([1, 2, 3])' },
  },
  {
    id: 'assigned-for-compared', when: mistake => [2769, 2345, 2322].includes(mistake.code) && /\bboolean\b/.test(mistake.message) && /[^=!<>]=[^=>]/.test(at(mistake)),
    help: { en: '= assigns; === compares: x => x === 2', zh: '= 是赋值，=== 才是比较：x => x === 2' },
  },
  {
    id: 'undeclared', when: mistake => UNKNOWN_NAME.has(mistake.code) && /(^|[;{}\n])\s*$/.test(before(mistake)) && /^\s*=[^=>]/.test(after(mistake)),
    help: { en: 'a new name is declared: const name = …, or let where it will change', zh: '新名字要先声明：const 名字 = …；要修改的用 let' },
  },
  {
    id: 'const-assigned', when: mistake => mistake.code === 2588,
    help: { en: 'declare it with let to change it later, or declare it again with const', zh: '要修改的变量请用 let 声明，或者用 const 重新声明' },
  },
]

export const helpFor = (mistake: Mistake, locale: string): string | undefined =>
  MISTAKES.find(({ when }) => when(mistake))?.help[locale.startsWith('zh') ? 'zh' : 'en']

/**
 * How what Scala and Python programs say is said here: a table of members and one of functions. A row gives the TypeScript of a call from
 * the texts of what it is called on and with; what has no row keeps its name, and the checker judges it.
 */
import type { Language } from './tokens.js'

type Form = (of: string, args: readonly string[]) => string
const SUM = '(a, b) => a + b'

/** Members of both languages' texts and lists, called or not. */
const BOTH: Readonly<Record<string, Form>> = {
  getOrElse: (of, [other]) => `(${of} ?? ${other})`,
  isDefined: of => `(${of} !== undefined)`,
  nonEmpty: of => `(${of}.length > 0)`,
  mkString: (of, [by = "''"]) => `${of}.join(${by})`,
  toInt: number, toLong: number, toDouble: number, toFloat: number,
  head: of => `${of}[0]!`, last: of => `${of}.at(-1)!`,
  foldLeft: (of, [zero]) => `${of}.reduce(${SUM}, ${zero})`,
  swap: of => `[${of}[1], ${of}[0]]`,
  max: (of, args) => args.length === 1 ? `Math.max(${of}, ${args[0]})` : `${of}.max(${args.join(', ')})`,
  min: (of, args) => args.length === 1 ? `Math.min(${of}, ${args[0]})` : `${of}.min(${args.join(', ')})`,
  to: (of, [end]) => span(of, `${end} + 1`),
  until: (of, [end]) => span(of, end!),
}

const OWN: Readonly<Record<Language, Readonly<Record<string, Form>>>> = {
  Scala: { ...BOTH, split: (of, [by = "' '"]) => `${of}.split(${pattern(by)})`, contains: (of, [part]) => `${of}.includes(${part})`, replaceAll: (of, [what, by]) => `${of}.replace(${pattern(what!, 'g')}, ${by})`, seconds: (_of, [n]) => `Seconds(${n})` },
  Python: {
    pprint: (of, args) => `${of}.print(${args.join(', ')})`,
    split: (of, [by]) => by === undefined ? `${of}.split(/\\s+/).filter(word => word !== '')` : `${of}.split(${by})`,
    lower: of => `${of}.toLowerCase()`, upper: of => `${of}.toUpperCase()`, strip: of => `${of}.trim()`,
    startswith: (of, [text]) => `${of}.startsWith(${text})`, endswith: (of, [text]) => `${of}.endsWith(${text})`,
    replace: (of, [what, by]) => `${of}.replaceAll(${what}, ${by})`, join: (of, [list]) => `${list}.join(${of})`,
    append: (of, [item]) => `${of}.push(${item})`,
    awaitTerminationOrTimeout: (of, [seconds]) => `${of}.awaitTerminationOrTimeout(${seconds} * 1000)`,
  },
}

/** Of a text or a list, without parentheses in Scala. */
const PLAIN: Readonly<Record<string, string>> = { length: 'length', size: 'length', conf: 'conf', sparkContext: 'sparkContext', value: 'value', milliseconds: 'milliseconds' }
const OF_LIST: Readonly<Record<string, Form>> = { sum: of => `${of}.reduce(${SUM}, 0)`, isEmpty: of => `(${of}.length === 0)`, max: of => `Math.max(...${of})`, min: of => `Math.min(...${of})`, size: of => `${of}.length`, last: of => `${of}.at(-1)!` }
const FUNCTIONS: Readonly<Record<Language, Readonly<Record<string, Form>>>> = {
  Scala: { println: (_, args) => `console.log(${args.join(', ')})`, print: (_, args) => `console.log(${args.join(', ')})`, Some: (_, [value]) => value!, Array: list, List: list, Seq: list, Vector: list, Durations: list },
  Python: {
    print: (_, args) => `console.log(${args.join(', ')})`, len: (_, [of]) => `${of}.length`, str: (_, [of]) => `String(${of})`, int: (_, [of]) => number(of!), float: (_, [of]) => number(of!), list: (_, [of = '[]']) => `[...${of}]`,
    sum: (_, [of, zero = '0']) => `${of}.reduce((a: any, b: any) => a + b, ${zero})`, max: (_, args) => args.length === 1 ? `Math.max(...${args[0]})` : `Math.max(${args.join(', ')})`, min: (_, args) => args.length === 1 ? `Math.min(...${args[0]})` : `Math.min(${args.join(', ')})`, abs: (_, [of]) => `Math.abs(${of})`,
    range: (_, [from, to]) => to === undefined ? span('0', from!) : span(from!, to),
  },
}
/** Whole numbers from one to before another. */
function span(from: string, end: string): string { return `Array.from({ length: ${end} - ${from} }, (_, i) => i + ${from})` }
/** The text of a number is that number. */
function number(of: string): string { return /^'\d+(\.\d+)?'$/.test(of) ? of.slice(1, -1) : `Number(${of})` }
function list(_: string, args: readonly string[]): string { return `[${args.join(', ')}]` }

export const methodForm = (language: Language, name: string): Form | undefined => own(OWN[language], name)
export const functionForm = (language: Language, name: string): Form | undefined => own(FUNCTIONS[language], name)
export const plainMember = (name: string): string | undefined => own(PLAIN, name)
export const listForm = (name: string): Form | undefined => own(OF_LIST, name)
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => Object.hasOwn(table, name) ? table[name] : undefined

/** Scala's split and replaceAll take patterns; most are plain texts. */
function pattern(text: string, flags = ''): string {
  const inner = /^(['"])(.*)\1$/s.exec(text)?.[2]
  if (inner === undefined || (!flags && !/[\\[\]()+*?.|^$]/.test(inner))) return text
  return `/${inner.replaceAll('\\\\', '\\').replaceAll('/', '\\/')}/${flags}`
}

/** Python gives spans of time as seconds: which arguments of a method are such. */
export const SPANS: Readonly<Record<string, (args: readonly string[]) => readonly string[]>> = {
  window: seconds, countByWindow: seconds, reduceByWindow: seconds, reduceByKeyAndWindow: seconds, countByValueAndWindow: seconds, groupByKeyAndWindow: seconds, remember: seconds,
}
function seconds(args: readonly string[]): readonly string[] {
  let spans = 2
  return args.filter(arg => arg !== 'undefined').map(arg => /^\d+(\.\d+)?$/.test(arg) && spans-- > 0 ? `Seconds(${arg})` : arg)
}

/** Jobs: their results are waited for where batches are worked on. */
export const JOBS = new Set(['collect', 'take', 'takeOrdered', 'top', 'count', 'first', 'reduce', 'isEmpty', 'sum', 'max', 'min', 'mean', 'foreach', 'foreachPartition', 'saveAsTextFile', 'countByKey', 'countByValue', 'lookup', 'collectAsMap'])

/** What both languages' programs may name without having declared it. */
export const GLOBALS = new Set(['sc', 'ssc', 'Seconds', 'Minutes', 'Milliseconds', 'Duration', 'Time', 'StorageLevel', 'HashPartitioner', 'StateSpec', 'State', 'RDD', 'DStream', 'Math', 'math', 'String', 'Number', 'console', 'undefined'])

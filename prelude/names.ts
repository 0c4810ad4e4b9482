/**
 * What a session starts with: the contexts, and the names one would otherwise import first. One table for the values and for
 * their types, so that checker and evaluator cannot disagree.
 */
import type * as tspark from '../src/index.js'
import type { LESSON_NAMES } from '../src/core/lesson-streams.js'

/** Names of the package that are there without an import. */
export const IMPORTED = [
  'Seconds', 'Milliseconds', 'Minutes', 'Duration', 'Time', 'StreamingContext', 'SparkContext', 'SparkConf', 'StorageLevel',
  'HashPartitioner', 'Partitioner', 'RDD', 'DStream', 'State', 'StateSpec', 'Receiver', 'expect',
] as const satisfies readonly (keyof typeof tspark)[]

/** Values that are made when they are first used, with their types. */
export const MADE = { sc: 'SparkContext', ssc: 'StreamingContext' } as const

/** Functions of the shell's own. */
export const FUNCTIONS = { replace: "(stream: import('tspark').DStream<any>): void" } as const

/** What a lesson that is open has; a lesson has some of the streams. */
const LESSON: Readonly<Record<typeof LESSON_NAMES[number], string>> = { ssc: 'StreamingContext', lines: 'DStream<string>', clicks: 'DStream<[string, string]>', cities: 'DStream<[string, string]>' }

/** The types of all of them, as the text of a declaration module. */
export const declarations = (): string => [
  `export { ${IMPORTED.join(', ')} } from 'tspark'`,
  ...Object.entries(MADE).map(([name, type]) => `export declare const ${name}: import('tspark').${type}`),
  ...Object.entries(FUNCTIONS).map(([name, type]) => `export declare function ${name}${type}`),
  `export declare const lesson: { ${Object.entries(LESSON).map(([name, type]) => `readonly ${name}: import('tspark').${type}`).join('; ')} }`,
].join('\n')

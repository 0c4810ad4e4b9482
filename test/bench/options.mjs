/** The command line of the benches: its flags are a table, from which the help is printed, too. */
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'

const FLAGS = [
  { name: 'all', what: 'every shape, also the long ones' },
  { name: 'size', value: 'SIZE', what: 'full, small or tiny (default full)' },
  { name: 'rounds', value: 'N', what: 'how often each contender plays, warm-up aside' },
  { name: 'without', value: 'RIVALS', what: 'leaves out contenders whose names begin so: --without spark,pyspark,rxjs,ixjs' },
  { name: 'json', value: 'FILE', what: 'writes what was found, every round of it, to a file' },
  { name: 'write', what: 'writes the tables into docs/benchmarks.md' },
  { name: 'from', value: 'FILE', what: 'measures nothing: takes what --json wrote' },
  { name: 'cache', value: 'DIR', what: 'where rivals and files of words are kept (default .cache/bench)' },
  { name: 'here', what: 'our contenders play in one process, which is quick and measures nothing: for tests' },
  { name: 'list', what: 'lists the shapes' },
  { name: 'help', what: 'shows this' },
]

export const help = () => [
  'usage: npm run bench -- [flags] [shapes]',
  '',
  ...FLAGS.map(({ name, value, what }) => `  --${`${name} ${value ?? ''}`.padEnd(17)} ${what}`),
].join('\n')

/** @throws with a sentence for the user */
export function options(argv, known) {
  const flags = Object.fromEntries(FLAGS.map(({ name, value }) => [name, { type: value ? 'string' : 'boolean' }]))
  const { values, positionals: names } = parseArgs({ args: argv, options: flags, allowPositionals: true })
  const { size = 'full', rounds, without = '', cache = fileURLToPath(new URL('../../.cache/bench', import.meta.url)), ...rest } = values
  const unknown = names.find(name => !known.includes(name))
  if (unknown) throw new Error(`no shape is called ${unknown}; there are: ${known.join(', ')}`)
  if (!['full', 'small', 'tiny'].includes(size)) throw new Error('--size takes full, small or tiny')
  if (rounds !== undefined && !(Number(rounds) >= 1)) throw new Error('--rounds takes a number from 1')
  return { ...rest, names, size, rounds: rounds && Number(rounds), without: without.toLowerCase().split(',').filter(Boolean), cache }
}

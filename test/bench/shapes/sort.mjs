/**
 * A sort of numbers in no order. Each contender makes them from their place, sorts, and reads all in their order: it gives how many there
 * are, the first, the last, and how often one was below the one before it (never, it is to be hoped).
 */
import { SparkContext } from 'tspark'

export const shape = {
  what: 'a sort of numbers',
  minutes: 8,
  rounds: 3,
  sizes: { full: { count: 1e7 }, small: { count: 1e6 }, tiny: { count: 2e4 } },
  figures: { ms: { title: 'time', unit: 'ms', work: 'numbers' } },
  contenders: {
    'Array.sort': { program: 'array' },
    'Float64Array.sort': { program: 'typedArray' },
    'tspark': { program: 'tspark' },
    'Spark (Scala)': { scala: 'sort' },
    'PySpark': { python: 'sort', rounds: 1 },
  },
  rivals: ['Array.sort', 'Spark (Scala)'],
}

export const programs = {
  array: ({ count }) => ({ play: () => facts([seen(Array.from({ length: count }, (_, n) => scattered(n)).sort((a, b) => a - b))]) }),
  typedArray: ({ count }) => ({ play: () => facts([seen(Float64Array.from({ length: count }, (_, n) => scattered(n)).sort())]) }),

  tspark: ({ count }) => {
    const sc = new SparkContext('local[2]', 'bench')
    return {
      play: async () => facts(await sc.range(count).map(n => scattered(n)).sortBy(n => n).mapPartitions(numbers => [seen(numbers)]).collect()),
      close: () => sc.stop(),
    }
  },
}

const scattered = n => Math.imul(n, 0x9E3779B1) >>> 0

/** [how many, first, last, steps down] */
function seen(numbers) {
  let [count, first, last, down] = [0, NaN, -Infinity, 0]
  for (const number of numbers) {
    if (count++ === 0) first = number
    if (number < last) down++
    last = number
  }
  return [count, first, last, down]
}

/** Of all partitions, in their order. */
function facts(parts) {
  const filled = parts.filter(([count]) => count > 0)
  const between = filled.filter(([, first], at) => at > 0 && first < filled[at - 1][2]).length
  const amount = filled.reduce((sum, [count]) => sum + count, 0)
  return { amount, result: [amount, filled[0][1], filled.at(-1)[2], filled.reduce((sum, [, , , down]) => sum + down, between)] }
}

/** A numeric pipeline: map, filter, map, sum over a range. The loop has its functions written out, as one would; RxJS and IxJS have operators. */
import { SparkContext } from 'tspark'

export const shape = {
  what: 'map, filter, map and sum over a range of numbers',
  minutes: 5,
  light: true,
  sizes: { full: { count: 1e8 }, small: { count: 1e7 }, tiny: { count: 1e5 } },
  figures: { ms: { title: 'time', unit: 'ms', work: 'numbers' }, cpuMs: { title: 'CPU', unit: 'ms' } },
  contenders: {
    'hand-written loop': { program: 'loop' },
    'tspark': { program: 'tspark' },
    'Spark (Scala)': { scala: 'numbers' },
    'PySpark': { python: 'numbers', rounds: 1 },
    'RxJS': { withPackages: 'rxjs', rounds: 1 },
    'IxJS': { withPackages: 'ixjs', rounds: 1 },
  },
  rivals: ['hand-written loop', 'Spark (Scala)'],
  bars: [
    { of: 'tspark', beside: 'hand-written loop', figure: 'ms', atLeast: 1 },
    { of: 'tspark', beside: 'Spark (Scala)', figure: 'ms', atLeast: 2 },
  ],
}

const twice = n => n * 2
const byThree = n => n % 3 === 0
const next = n => n + 1
const add = (a, b) => a + b

export const programs = {
  loop: ({ count }) => ({
    play: () => {
      let sum = 0
      for (let n = 0; n < count; n++) {
        const doubled = n * 2
        if (doubled % 3 === 0) sum += doubled + 1
      }
      return summed(count, sum)
    },
  }),

  tspark: ({ count }) => {
    const sc = new SparkContext('local[2]', 'bench')
    return {
      play: async () => summed(count, await sc.range(count).map(n => n * 2).filter(n => n % 3 === 0).map(n => n + 1).sum()),
      close: () => sc.stop(),
    }
  },

  rxjs: async ({ count }, load) => {
    const { range, lastValueFrom, map, filter, reduce } = await load('rxjs')
    return { play: async () => summed(count, await lastValueFrom(range(0, count).pipe(map(twice), filter(byThree), map(next), reduce(add)))) }
  },

  ixjs: async ({ count }, load) => {
    const [{ range, sum }, { map, filter }] = [await load('ix/iterable'), await load('ix/iterable/operators')]
    return { play: () => summed(count, sum(range(0, count).pipe(map(twice), filter(byThree), map(next)))) }
  },
}

const summed = (amount, sum) => ({ amount, result: [sum] })

/**
 * Which of the driver's own Node flags its executors start with: those that say how modules are found and loaded. Others either
 * hold for the whole process anyway (V8's) or mean the main thread alone (`--input-type`, `-e`, `--inspect`) and would end a
 * thread at its start.
 */
const INHERITED = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--enable-source-maps|--preserve-symlinks)(=|$)/
const WITH_VALUE = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)$/

export const inherited = (argv: readonly string[]): string[] =>
  argv.filter((flag, i) => INHERITED.test(flag) || WITH_VALUE.test(argv[i - 1] ?? ''))

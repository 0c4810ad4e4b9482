import { expect, test } from 'vitest'
import { inherited } from '#src/engine/embedded/exec-argv.js'

test.each([
  [['--input-type=module', '-e', 'console.log(1)'], []],
  [['--import', './loader.mjs', '--inspect', '--import=x'], ['--import', './loader.mjs', '--import=x']],
  [['--max-old-space-size=100', '-r', './a.cjs', '--enable-source-maps', '--watch'], ['-r', './a.cjs', '--enable-source-maps']],
  [['-C', 'development'], ['-C', 'development']],
])('of %j executors start with %j', (argv, expected) => { expect(inherited(argv)).toEqual(expected) })

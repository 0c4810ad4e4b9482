/** Piped input, -e and -i: programs without a terminal, and their exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runShell, startShell } from '../support/shell-process.js'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'tspark-script-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const WORD_COUNT = 'const q = ssc.queueStream([sc.parallelize(["a", "b", "a"])])\nq.map(w => [w, 1]).reduceByKey((a, b) => a + b).print()\nssc.start()\nssc.awaitTermination()\n'

describe('with a session of plain JavaScript', () => {
  test.each([
    ['a program that succeeds', 'globalThis.a = 1\na + 1\n', 0, '1\n2\n'],
    ['one without a last line end', '1 + 1', 0, '2\n'],
    ['one that throws; the rest still runs', 'throw new Error("x")\n1 + 1\n', 1, '2\n'],
    ['a function over several lines', 'function f(x) {\n  return x\n}\nf(3)\n', 0, '3\n'],
    ['a chain with blanks and comments in it', '[1, 2]\n  .map(x => x * 2)\n\n  // those above 2\n  .filter(x => x > 2)\n"next"\n', 0, "[ 4 ]\n'next'\n"],
    ['pasted prompts', 'ts> globalThis.b = 20\nts> b + 1\n', 0, '20\n21\n'],
    ['process.exit in a line', 'process.exit(3)\n', 3, ''],
    ['.exit before the end', '1\n.exit\nthrow 1\n', 0, '1\n'],
    ['an error nobody caught', 'Promise.reject(new Error("later")); 0\nnew Promise(resolve => setTimeout(resolve, 50)) && 1\n', 1, '0\n1\n'],
  ])('%s', async (_name, input, code, stdout) => {
    const run = await runShell([], input, 'test/support/fake-shell.mjs')
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout })
    expect(run.stdout + run.stderr).not.toContain('\x1b')
  })

  test.each([[['--bogus'], 1], [['--master', 'nowhere'], 1], [['--help'], 0], [['--version'], 0]])('%j', async (flags, code) => {
    expect((await runShell(flags, '', 'test/support/fake-shell.mjs')).code).toBe(code)
  })

  test('lines are answered as they come, not only at the end of input', async () => {
    const shell = startShell([], undefined, 'test/support/fake-shell.mjs')
    shell.child.stdin!.write('40 + 2\n')
    await shell.until('42\n')
    shell.child.stdin!.write('"later"\n')
    await shell.until("'later'\n")
    shell.child.stdin!.end()
    expect(await shell.ended).toBe(0)
  })

  test('a reader that goes away ends the shell quietly', async () => {
    const shell = startShell([], 'setInterval(() => console.log("more"), 5); forever()\n', 'test/support/fake-shell.mjs')
    await shell.until('more')
    shell.child.stdout!.destroy()
    expect(await shell.ended).toBe(0)
    expect(shell.stderr).toBe('')
  })
})

test('-e runs code, after the files of -i; what is refused gives code 1', async () => {
  const file = join(folder, 'helpers.ts')
  writeFileSync(file, 'const twice = (x: number): number => 2 * x\n')
  expect(await runShell(['-i', file, '-e', 'sc.parallelize([1, 2]).map(x => twice(x)).collect()', '-e', 'nothing.here'])).toMatchObject({
    code: 1, stdout: '[ 2, 4 ]\n', stderr: expect.stringContaining("Cannot find name 'nothing'") as string,
  })
})

test('a file of -i that is missing fails, and says its name', async () => {
  const run = await runShell(['-i', join(folder, 'nowhere.ts'), '-e', '1'])
  expect(run.code).toBe(1)
  expect(run.stderr).toContain('nowhere.ts')
})

test("print() in a pipe is Spark's form byte for byte; messages keep out of it; SIGTERM ends what waits", async () => {
  const shell = startShell(['--batch', '200ms'], WORD_COUNT)
  await shell.until('(a,2)\n')
  await shell.until('ms\n-------------------------------------------\n\n') // an empty batch after it
  shell.child.kill('SIGTERM')
  expect(await shell.ended).toBe(143)
  expect(shell.stdout).toMatch(/^(-{43}\nTime: \d+ ms\n-{43}\n(\(b,1\)\n\(a,2\)\n|\(a,2\)\n\(b,1\)\n)?\n)+$/)
  expect(shell.stderr).not.toContain('Time:')
})

test('--once: a script is done when its inputs are', async () => {
  const run = await runShell(['--batch', '100ms', '--once'], WORD_COUNT)
  expect(run.code).toBe(0)
  expect(run.stdout).toMatch(/^-{43}\nTime: \d+ ms\n-{43}\n\(b,1\)\n\(a,2\)\n\n/)
  expect(run.stderr).toContain('all inputs have ended: the context stops')
})

test('Ctrl-C ends a script that waits', async () => {
  const shell = startShell(['--batch', '200ms'], WORD_COUNT)
  await shell.until('(a,2)')
  shell.child.kill('SIGINT')
  expect(await shell.ended).toBe(130)
})

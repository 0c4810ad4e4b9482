/**
 * Programs on disk, far from any package.json, and processes that run them: the loader and tspark-submit are tested as users meet
 * them, since a test runner has import hooks of its own.
 */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A directory with `files` in it (content by path), gone when the test file is done. Its name holds a blank. */
export function program(files: Readonly<Record<string, string>>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tspark test-')))
  made.push(dir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const made: string[] = []
afterAll(() => { for (const dir of made) rmSync(dir, { recursive: true, force: true }) })

export interface Ended { readonly code: number | null; readonly stdout: string; readonly stderr: string }
export interface RunOptions { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly onStart?: (child: ChildProcessWithoutNullStreams) => void }

/** Runs Node (the one that runs the tests) to its end. */
export function runNode(args: readonly string[], { cwd, env, onStart }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, LANG: 'C', LC_ALL: 'C', NO_COLOR: '1', NODE_OPTIONS: '', SPARK_HOME: '', SPARK_CONF_DIR: '', TSPARK_CACHE_DIR: cacheDir(), ...env } })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) child[stream].setEncoding('utf8').on('data', text => { output[stream] += text })
  onStart?.(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ code, ...output }))
  })
}

export const runSubmit = (args: readonly string[], options?: RunOptions): Promise<Ended> => runNode([join(ROOT, 'bin/tspark-submit.cjs'), ...args], options)

let cache: string | undefined
const cacheDir = (): string => cache ??= join(program({}), 'cache')

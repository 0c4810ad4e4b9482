/** The built shell as a child process without a terminal: what it writes, and its exit code. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface ShellRun { readonly child: ChildProcess; stdout: string; stderr: string; readonly ended: Promise<number | null>; until(text: string): Promise<void> }

export function startShell(flags: readonly string[] = [], input?: string, program = 'bin/tspark-shell.cjs'): ShellRun {
  const child = spawn(process.execPath, [ROOT + program, ...flags], { cwd: ROOT, env: { ...process.env, TSPARK_HISTORY: '' } })
  const waiting = new Set<() => void>()
  const run: ShellRun = {
    child, stdout: '', stderr: '',
    ended: new Promise(resolve => child.on('close', code => resolve(code))),
    until: text => new Promise(resolve => {
      const check = (): void => { if ((run.stdout + run.stderr).includes(text)) { waiting.delete(check); resolve() } }
      waiting.add(check)
      check()
    }),
  }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]!.on('data', (chunk: Buffer) => { run[stream] += chunk.toString('utf8'); for (const check of [...waiting]) check() })
  child.stdin!.on('error', () => {})
  if (input !== undefined) child.stdin!.end(input)
  return run
}

/** Runs to the end. */
export async function runShell(flags: readonly string[], input = '', program?: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const run = startShell(flags, input, program)
  const code = await run.ended
  return { code, stdout: run.stdout, stderr: run.stderr }
}

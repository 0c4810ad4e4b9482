/** A directory for state where the user named none: it lives as long as the process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

export function sessionDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tspark-checkpoint-'))
  if (made.push(directory) === 1) process.once('exit', () => { for (const each of made) rmSync(each, { recursive: true, force: true }) })
  return directory
}

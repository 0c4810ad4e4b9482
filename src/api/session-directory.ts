/** A directory for state where the user named none: it lives as long as the process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** Whether it goes with the process, so that nothing need be kept in it for another. */
export const isSessionDirectory = (directory: string | undefined): boolean => directory !== undefined && made.includes(directory)

export function sessionDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tspark-checkpoint-'))
  if (made.push(directory) === 1) process.once('exit', () => { for (const each of made) rmSync(each, { recursive: true, force: true }) })
  return directory
}

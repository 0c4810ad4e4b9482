/**
 * Where files of the driver's machine lie on an executor's that was sent them: below the directory `TSPARK_MODULES`, by their path there. Modules keep
 * the names that they have on the driver.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The directory in which files land: their whole path follows. */
export const LANDING = 'root'

const root = (): string | undefined => process.env.TSPARK_MODULES && pathToFileURL(`${process.env.TSPARK_MODULES}/${LANDING}`).href

/** Where a file with that URL would lie. */
export function landing(url: string): string {
  const start = root()
  return start && url.startsWith('file:///') && !url.startsWith(start) ? start + url.slice('file://'.length) : url
}

/** Where it lies: there if it was sent. */
export function landed(url: string): string {
  const there = landing(url)
  return there !== url && existsSync(fileURLToPath(there.replace(/[?#].*$/, ''))) ? there : url
}

/** The name on the driver of what lies here. */
export function departed(url: string): string {
  const start = root()
  return start && url.startsWith(start) ? `file://${url.slice(start.length)}` : url
}

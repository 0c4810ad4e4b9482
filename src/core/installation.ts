/**
 * This installation's own package.json, read once: its version, what it exports, what it depends on. Read as a file, not
 * required: where programs of users are loaded, require() may be hooked.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const installationRoot = fileURLToPath(new URL('../../../', import.meta.url)) // dist/src/core/ lies three below it

export const installation = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types?: string }>>
  readonly dependencies: Readonly<Record<string, string>>
}

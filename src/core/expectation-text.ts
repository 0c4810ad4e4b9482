/** How it reads that an expectation was met or not: the same at the prompt and in an unattended program. */
import { showSite } from './call-site.js'
import { escapeControls } from './escape.js'
import type { Events } from './events.js'

/** The mark is coloured by who prints it. Undefined: there is nothing to tell yet. */
export function expectationText({ about, site, state, report }: Events['expectation'], mark: (state: 'met' | 'failed') => string): string | undefined {
  if (state === 'met') return `${mark(state)} ${escapeControls(about)}: as expected`
  if (state === 'failed') return [`${mark(state)} ${escapeControls(about)}: not as expected at ${showSite(site)}`, ...report.map(line => `  ${escapeControls(line).trimStart()}`)].join('\n')
  return undefined
}

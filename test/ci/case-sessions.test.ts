/** Every executable case of Spark's own tests as a session at the prompt under `.clock manual`, twice: what is expected, and byte for byte the same. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runTranscriptText } from '#src/testing/transcript.js'
import { differs, INPUT, sessionOf, type Case } from '../support/case-session.js'
import { transcriptDriver } from '../support/transcript-driver.js'

const cases = (JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as Case[]).filter(({ kind }) => ['data', 'error', 'partitions', 'eventually'].includes(kind))

async function sessions(): Promise<Map<string, string>> {
  const driver = await transcriptDriver()
  try {
    await runTranscriptText(`\`\`\`${INPUT}\n\`\`\``, driver)
    const answered = new Map<string, string>()
    for (const row of cases) answered.set(row.id, await runTranscriptText(sessionOf(row), driver))
    return answered
  } finally { driver.close() }
}

test('as expected, and twice the same', async () => {
  const first = await sessions()
  expect(cases.map(row => [row.id, differs(row, first.get(row.id)!)]).filter(([, difference]) => difference !== undefined)).toEqual([])
  expect(cases.length).toBeGreaterThan(90)
  const second = await sessions()
  for (const [id, text] of first) expect(second.get(id), id).toBe(text)
}, 600_000)

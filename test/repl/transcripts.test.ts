/** Whole sessions: test/transcripts/*.md. UPDATE=1 writes their answers anew. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runTranscript } from '#src/testing/transcript.js'
import { transcriptDriver } from '../support/transcript-driver.js'

const FOLDER = fileURLToPath(new URL('../transcripts/', import.meta.url))

test.each(readdirSync(FOLDER).filter(name => name.endsWith('.md')))('%s', async name => {
  const driver = await transcriptDriver()
  try {
    const { expected, actual } = await runTranscript(FOLDER + name, driver)
    expect(actual).toBe(expected)
  } finally { driver.close() }
}, 60_000)

/** Every lesson, in both languages: each line of a solution does its step, and the learner's own stream is left alone. */
import { describe, expect, test } from 'vitest'
import { LANGUAGES, lessonsIn, parseLesson } from '#src/repl/lessons/lesson-text.js'
import { transcriptDriver } from '../support/transcript-driver.js'

const WORDS = { en: { over: (title: string) => `that was "${title}"`, done: 'right' }, zh: { over: (title: string) => `《${title}》学完了`, done: '对了' } }

test('both languages hold the same lessons: batches, solutions, what is expected', () => {
  const bare = (language: 'en' | 'zh') => lessonsIn(language).map(({ batches, steps }) => ({ batches, steps: steps.map(({ solution, check }) => ({ solution, check })) }))
  expect(bare('zh')).toEqual(bare('en'))
  expect(bare('en').length).toBe(5)
})

test('what is expected and is nothing that can be checked is an error', () => {
  expect(() => parseLesson('# a\n```json\n{}\n```\n## b\n```ts\n1\n```\n```expect\nwonders\n```')).toThrow('wonders')
})

describe.each(LANGUAGES)('%s', language => {
  test('each is done by its solutions, a step at a time', async () => {
    const driver = await transcriptDriver({ locale: language })
    const { over, done } = WORDS[language]
    try {
      const type = (line: string): Promise<string> => driver.type([line])
      for (const line of ['const own = ssc.queueStream<string>()', 'const words = own.map(word => `${word} of my own`)', 'words.print()', 'ssc.start()', 'own.push("mine")']) await type(line)
      const bindings = await type('.bindings')
      await type('.lesson 1')
      expect(await type('words')).toContain('TS2304')
      for (const [i, { title, steps }] of lessonsIn(language).entries()) {
        expect(await type(`.lesson ${i + 1}`)).toContain(title)
        for (const [j, { solution }] of steps.entries()) {
          for (const line of solution.slice(0, -1)) expect(await type(line), line).not.toContain('✓')
          expect(await type('.lesson hint')).toBe(`${solution.join('\n')}\n`)
          expect(await type(solution.at(-1)!), `${title}: ${solution.at(-1)}`).toContain(j + 1 < steps.length ? `✓ ${done}` : `✓ ${over(title)}`)
        }
      }
      expect(await type('ssc.getState()')).toContain('ACTIVE')
      expect(await type('.bindings')).toBe(bindings)
      expect(await type('.tick')).toContain('\nmine of my own\n')
    } finally { driver.close() }
  }, 120_000)
})

/** What the prompt says when it is asked: documentation of names, how a call is written, files in a string. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completions } from '#src/repl/completion.js'
import { commandOf } from '#src/repl/commands.js'
import { openString, pathsFor } from '#src/repl/path-completion.js'
import { Session } from '#src/repl/session.js'
import { declarations } from '#prelude/names.js'

let session: Session
beforeAll(async () => {
  session = new Session({ prelude: { values: {}, declarations: declarations() }, locale: 'en' })
  await session.ready
})
afterAll(() => session.close())

describe('documentation', () => {
  test('the declaration, the text, an example', async () => {
    expect(await session.docOf('sc.range')).toMatch(/^\(method\) SparkContext\.range\(.*\): RDD<number>\n[^]*\nexample:\n {2}await sc\.range/)
  })
  test.each(['sc.nothing', 'nothing', '1 +', ''])('%j: nothing is known', async expression => { expect(await session.docOf(expression)).toBeUndefined() })
  test.each([['words.map?', 'words.map'], ['?words.map', 'words.map'], ['? sc', 'sc'], ['.doc sc.range', 'sc.range']])('%s asks for %s', (line, name) => {
    expect(commandOf(line, () => false)).toMatchObject({ command: { name: '.doc' }, argument: name })
  })
  test.each(['a ? b : c', 'x?.y', 'a ?'])('%s asks for nothing', line => { expect(commandOf(line, () => false)).toBeUndefined() })
})

describe('Tab', () => {
  const tab = async (line: string): Promise<{ told: string[]; names: string[] }> => {
    const told: string[] = []
    const [names] = await completions(async () => session, [], line, text => told.push(text))
    return { told, names }
  }
  test('after a parenthesis: how the call is written', async () => { expect((await tab('sc.textFile(')).told).toEqual([expect.stringMatching(/^textFile\(path: string, minPartitions\?: number.*\): RDD<string>$/)]) })
  test('elsewhere: names', async () => { expect(await tab('sc.textF')).toEqual({ told: [], names: ['textFile'] }) })
})

describe('files in a string', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tspark-tab-'))
  for (const name of ['logs', 'logs/old']) mkdirSync(join(folder, name))
  for (const name of ['poem.txt', 'poe.md', '.hidden', 'logs/a b.txt']) writeFileSync(join(folder, name), '')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([['po', ['poe.md', 'poem.txt']], ['l', ['logs/']], ['logs/', ['logs/a b.txt', 'logs/old/']], ['./lo', ['./logs/']], ['.h', ['.hidden']], ['none/', []], [`${folder}/poem`, [`${folder}/poem.txt`]]])('%s', (typed, paths) => {
    expect(pathsFor(typed, folder)).toEqual(paths)
  })
  test.each([['sc.textFile("lo', 'lo'], ["f('a', 'b", 'b'], ['f("a")', undefined], ['f("it\'s', "it's"], ['"a\\"b', 'a\\"b'], ['plain', undefined]])('%s: %j is open', (line, open) => { expect(openString(line)).toBe(open) })
})

/** What the prompt says when it is asked: documentation of names, how a call is written, files in a string. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { completions } from '#src/repl/completion.js'
import { commandOf } from '#src/repl/commands.js'
import { listing } from '#src/repl/listing.js'
import { openString, pathsFor } from '#src/repl/path-completion.js'
import { Session } from '#src/repl/session.js'
import { patiently } from '#src/repl/tab.js'
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
    const [names] = await completions(async () => session, [], line, { tell: text => told.push(text), columns: 80, rows: 24 })
    return { told, names }
  }
  test('after a parenthesis: how the call is written', async () => { expect((await tab('sc.textFile(')).told).toEqual([expect.stringMatching(/^textFile\(path: string, minPartitions\?: number.*\): RDD<string>$/)]) })
  test('elsewhere: names', async () => { expect(await tab('sc.textF')).toEqual({ told: [], names: ['textFile'] }) })
  test('a whole name: what it means', async () => {
    expect(await tab('sc.textFile')).toEqual({ told: [expect.stringMatching(/^\(method\) SparkContext\.textFile\(path: string.*\): RDD<string>\nLines of a file/)], names: [] })
  })
  test.each([['.type sc.textF', ['textFile']], [':t sc.textF', ['textFile']], ['?sc.textF', ['textFile']], ['.load LICEN', ['LICENSE']], ['.load sc.', []], ['.unwat', []], ['.tick', ['.tick']]])('%s<Tab>: %j', async (line, names) => {
    expect((await tab(line)).names).toEqual(names)
  })
})

test('what is asked in advance leaves nothing behind', async () => {
  const standing = (): unknown => [session.nextLine, session.bindings()]
  const before = standing()
  await session.warmUp()
  expect(standing()).toEqual(before)
})

describe('members that the element type allows', () => {
  const [STREAM, RDD] = ['ssc.socketTextStream("x", 1).flatMap(l => l.split(" "))', 'sc.range(3)']
  const KINDS: Record<string, string> = {
    'a stream of words': STREAM,
    'a stream of pairs': `${STREAM}.map(w => [w, 1] as const)`,
    'a stream of what a state gives': `${STREAM}.map(w => [w, 1]).mapWithState(StateSpec.function((k: string, v: number | undefined): string[] => [k]))`,
    'numbers': RDD,
    'words': `${RDD}.map(n => "w" + n)`,
    'pairs': `${RDD}.map(n => [n, "w"])`,
    'anything': `${RDD}.map((n): any => n)`,
  }
  const TRIED = ['map', 'reduceByKey', 'mapValues', 'join', 'updateStateByKey', 'sum', 'histogram', 'collectAsMap', 'stateSnapshots', 'max', 'node', 'derive', 'placement']
  test.each([
    ['a stream of words', 'map node'],
    ['a stream of pairs', 'map reduceByKey mapValues join updateStateByKey node'],
    ['a stream of what a state gives', 'map stateSnapshots node'],
    ['numbers', 'map sum histogram max node'],
    ['words', 'map max node'],
    ['pairs', 'map reduceByKey mapValues join collectAsMap max node'],
    ['anything', 'map reduceByKey mapValues join sum histogram collectAsMap max node'],
  ])('%s: %s', async (kind, offered) => {
    const text = `${KINDS[kind]}.`
    const names = (await session.complete(text, text.length)).entries.map(({ name }) => name)
    expect(TRIED.filter(name => names.includes(name)).join(' ')).toBe(offered)
  })
})

test.each([
  ['Math.hyp', 'hypot'], ['[1, 2].copyW', 'copyWithin'], ['"a".codeP', 'codePointAt'], ['Seconds.cal', 'call'], ['StorageLevel.MEMORY_AND_DISK_S', 'MEMORY_AND_DISK_SER'],
  ['(undefined as { apple: 1 } | undefined)?.a', 'apple'], ['({ ab: 1, "a-c": 2 }).a', 'ab'], ['new (class { private pa = 1; protected pb = 2; #pc = 3; pd = 4 })().', 'pd'],
  ['(() => 1).bi', 'bind'], ['enum E { First }; E.F', 'First'], ['namespace N { export const vast = 1 }; N.v', 'vast'], ['(1 as any).', ''], ['const x: Intl.Coll', 'Collator'],
])('%s<Tab>: %s', async (text, offered) => {
  const names = (await session.complete(text, text.length)).entries.map(({ name }) => name)
  expect(names.slice(0, 2)).toEqual(expect.arrayContaining(offered ? [offered] : []))
  expect(names.length).toBeLessThan(offered ? 5 : 1)
})

describe('a list of names', () => {
  const NAMES = ['a', 'bb', '数据', 'dddd', 'e']
  test.each([[80, ['a     bb    数据  dddd  e']], [20, ['a     数据  e', 'bb    dddd']], [4, ['a', 'bb', '数据', 'dddd', 'e']]])('%d columns', (columns, rows) => {
    expect(listing(NAMES, { columns, rows: 24 })).toBe(rows.join('\n'))
  })
  test('takes no more rows than there are, and says how many are left out', () => {
    expect(listing(NAMES, { columns: 4, rows: 8 })).toBe('a\nbb\n数据\n… 2 more: another letter shows fewer')
    expect(listing(NAMES, { columns: 1, rows: 1 })).toBe('a\n… 4 more: another letter shows fewer')
  })
})

describe('the moment until the answer', () => {
  const answering = (line: () => string) => {
    const [log, answers]: [string[], ((result: [string[], string]) => void)[]] = [[], []]
    const keys = { hold: () => { log.push('hold') }, release: () => { log.push('release') } }
    return { log, answer: (names: string[]) => answers.shift()!([names, '']), tab: patiently(() => new Promise(resolve => { answers.push(resolve) }), keys, line) }
  }
  test('keys wait for it', async () => {
    const { log, answer, tab } = answering(() => 'so')
    const asked = tab('so')
    expect(log).toEqual(['hold'])
    answer(['socketTextStream'])
    expect([await asked, log]).toEqual([[['socketTextStream'], ''], ['hold']]) // readline has it before they go on
    await new Promise(resolve => { setImmediate(resolve) })
    expect(log).toEqual(['hold', 'release'])
  })
  test('but not for ever, and once the line is another nothing is completed', async () => {
    let line = 'so'
    const { log, answer, tab } = answering(() => line)
    const asked = tab('so')
    await vi.waitUntil(() => log.length === 2)
    line = 'sort'
    answer(['socketTextStream'])
    expect([await asked, log]).toEqual([[[], 'sort'], ['hold', 'release']])
  })
  test('no answer is none', async () => {
    expect(await patiently(() => Promise.reject(new Error('the checker is gone')), { hold() {}, release() {} }, () => 'so')('so')).toEqual([[], 'so'])
  })
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

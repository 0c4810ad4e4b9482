/**
 * What is felt at the prompt, on a real terminal, from a key to what it shows: Tab, `.type`, a line, each at line 10 and at line 300 of a session; and
 * the echo of a key while ten thousand lines a second are printed. Beside Node's own REPL, which completes by looking at live objects, and ts-node's,
 * which checks types, too.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median } from '../findings.mjs'
import { Terminal } from '../rivals/terminal.mjs'
import { lineAfter, lineAt } from './session-lines.mjs'

const file = path => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const ENV = { TSPARK_HISTORY: '', NODE_REPL_HISTORY: '', TS_NODE_HISTORY: '' }
const LIBRARY = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', target: 'es2023', rootDir: '.' }
const LINES_PER_SECOND = 10_000
const PER_BATCH = LINES_PER_SECOND / 10
const SETTLING_MS = 1000
// Wide characters: in nothing that is printed, and each another one.
const KEYS_FROM = 0xac00

/** How each is started, how an empty prompt is drawn, what Tab completes (typed, then added), how lines are typed and made to be printed. */
const SHELLS = {
  tspark: {
    command: `${process.execPath} ${file('bin/tspark-shell.cjs')} --master 'local[2]' --batch 100ms`, prompt: 'ts> \x1b[5G',
    tabs: lines => [
      ['sc.textF', 'ile'],
      ['ssc.socketTextStream("x", 1).flatMap(l => l.split(" ")).map(w => [w, 1] as const).mapVal', 'ues'],
      [`counts${lines - 4}.filter(([w, n]) => n > 1).flatMapV`, 'alues'],
      ['StreamingCon', 'text'],
    ],
    type: lines => `.type counts${lines - 4}.map(([w, n]) => [n, w])`,
    printing: [`ssc.queueStream([], true, sc.parallelize(Array.from({ length: ${PER_BATCH} }, (_, i) => i))).print(${PER_BATCH})`, 'ssc.start()'],
  },
  node: {
    // Without previews, which show what Tab would add before it is pressed.
    command: `${process.execPath} -e 'require("repl").start({ preview: false, useGlobal: true })'`, prompt: '\x1b[0J> \x1b[3G', words: list => list, plain: true,
    tabs: lines => [['Math.hyp', 'ot'], [`counts${lines - 4}.copyW`, 'ithin'], ['structuredCl', 'one']],
    printing: [`setInterval(() => { for (let i = 0; i < ${PER_BATCH}; i++) console.log(i) }, 100); 0`],
  },
  tsNode: {
    command: `${process.execPath} ${file('node_modules/ts-node/dist/bin.js')} --skipProject -O '${JSON.stringify(LIBRARY)}'`, prompt: '\x1b[0J> \x1b[3G', words: list => list,
    type: lines => `.type counts${lines - 4}`,
  },
}

export const shape = {
  what: 'Tab, .type, a line and the echo of a key, on a terminal',
  minutes: 13,
  rounds: 3,
  warmUps: 0,
  // readMs: from the first prompt to the first key; thoughtMs: from a typed text to the key that is measured.
  sizes: {
    full: { early: 10, late: 300, samples: 10, keys: 500, readMs: 2000, thoughtMs: 150 },
    small: { early: 10, late: 100, samples: 5, keys: 200, readMs: 2000, thoughtMs: 150 },
    tiny: { early: 10, late: 15, samples: 1, keys: 5, readMs: 100, thoughtMs: 1 },
  },
  figures: {
    tab: { title: 'Tab', unit: 'ms', ratio: false },
    tabWorst: { title: 'Tab, p95', unit: 'ms', ratio: false },
    firstTab: { title: 'first Tab', unit: 'ms', ratio: false },
    type: { title: '.type', unit: 'ms', ratio: false },
    line: { title: 'a line', unit: 'ms', ratio: false },
    echo: { title: 'echo', unit: 'ms', ratio: false },
    echoWorst: { title: 'echo, p99', unit: 'ms', ratio: false },
    printed: { title: 'printed meanwhile', unit: 'lines/s', better: 'more', ratio: false },
  },
  contenders: {
    'tspark-shell, early': { shell: 'tspark', ask: { at: 'early' } },
    'tspark-shell, late': { shell: 'tspark', ask: { at: 'late' } },
    'tspark-shell, printing': { shell: 'tspark', ask: {} },
    'Node REPL, early': { shell: 'node', ask: { at: 'early' } },
    'Node REPL, late': { shell: 'node', ask: { at: 'late' } },
    'Node REPL, printing': { shell: 'node', ask: {} },
    'ts-node REPL, early': { shell: 'tsNode', ask: { at: 'early' } },
    'ts-node REPL, late': { shell: 'tsNode', ask: { at: 'late' } },
  },
  rivals: ['tspark-shell, early', 'Node REPL, printing'],
  bars: [
    { of: 'tspark-shell, early', figure: 'tabWorst', atMost: 50 },
    { of: 'tspark-shell, late', figure: 'tabWorst', atMost: 50 },
    // Below 1.5 nobody feels a difference, and what is measured is a median of ten.
    { of: 'tspark-shell, late', beside: 'tspark-shell, early', figure: 'line', atLeast: 1 / 1.5 },
    { of: 'tspark-shell, printing', figure: 'echoWorst', atMost: 100 },
    { of: 'tspark-shell, printing', figure: 'printed', atLeast: LINES_PER_SECOND * 0.9 },
  ],
  open: ({ shell }) => new Sitting(SHELLS[shell]),
  round: (sitting, { size, argument: { at } }) => at ? sitting.at(size[at], size) : sitting.printing(size),
}

/** One terminal after another: a round begins with a new one, which then grows older. */
class Sitting {
  #typist

  constructor(shell) { this.shell = shell }

  async at(lines, size) {
    const first = !this.#typist?.isBefore(lines) && await this.#begin(size)
    const { tabs, types, lines: all } = await this.#typist.at(lines, size.samples)
    return {
      ...tabs.length && { tab: median(tabs), tabWorst: share(tabs, 0.95) }, ...first,
      ...types.length && { type: median(types) }, line: median(all),
    }
  }

  async printing({ keys }) {
    const { all, linesPerSecond } = await this.#typist.echoes(keys)
    return { echo: median(all), echoWorst: share(all, 0.99), printed: linesPerSecond }
  }

  async close() { await this.#typist?.close() }

  async #begin({ readMs, thoughtMs }) {
    await this.close()
    this.#typist = new Typist(this.shell, thoughtMs)
    await this.#typist.ready(readMs)
    return this.shell.tabs && { firstTab: await this.#typist.tab(this.shell.tabs(0)[0]) }
  }
}

/** Types into a shell, waits for what that shows, and takes the time. */
class Typist {
  #entered = 0

  constructor(shell, thoughtMs) {
    this.shell = shell
    this.thoughtMs = thoughtMs
    this.terminal = new Terminal(`stty rows 40 cols 150; exec ${shell.command}`, { env: ENV })
  }

  /** A prompt, and the time in which its banner is read and the rest is loaded. */
  async ready(readMs) {
    await this.terminal.press('', this.shell.prompt)
    await pause(readMs)
  }

  isBefore(lines) { return this.#entered < lines }

  async at(lines, samples) {
    while (this.#entered < lines) await this.#enter(this.#plain(lineAt(this.#entered++, this.shell.words)))
    const { tabs, type } = this.shell
    const found = { tabs: [], types: [], lines: [] }
    for (let sample = 0; sample < samples; sample++) {
      for (const each of tabs?.(lines) ?? []) found.tabs.push(await this.tab(each))
      if (type) found.types.push(await this.#enter(type(lines)))
      found.lines.push(await this.#enter(this.#plain(lineAfter(lines, sample))))
    }
    return found
  }

  async tab([typed, added]) {
    await this.#type(typed)
    const ms = await this.terminal.press('\t', added)
    await pause(this.thoughtMs)
    await this.terminal.press('\x15', this.shell.prompt)
    return ms
  }

  /** Of keys that are pressed at no particular moment of a batch, once there are batches. */
  async echoes(keys) {
    for (const line of this.shell.printing) await this.#enter(line)
    await pause(SETTLING_MS)
    const [startMs, before, all] = [performance.now(), this.#linesShown(), []]
    for (let key = 0; key < keys; key++) {
      const char = String.fromCharCode(KEYS_FROM + key)
      all.push(await this.terminal.press(char, char))
      await pause(20 + (key * 7) % 20)
    }
    return { all, linesPerSecond: (this.#linesShown() - before) / (performance.now() - startMs) * 1000 }
  }

  close() { return this.terminal.close() }

  /** Node's REPL reads JavaScript. */
  #plain(line) { return this.shell.plain ? line.replaceAll(' as const', '') : line }

  async #enter(line) {
    await this.#type(line)
    return this.terminal.press('\r', this.shell.prompt)
  }

  async #type(text) {
    await this.terminal.press(text, text.slice(-5))
    await pause(this.thoughtMs)
  }

  #linesShown() { return this.terminal.shown.match(/^\d+$/gm)?.length ?? 0 }
}

function share(all, part) {
  const sorted = [...all].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
}

export const programs = {}

/**
 * A lesson as Markdown, and what is read of it: a title, what its streams bring, and steps. A step is prose, one line of code that does
 * it (```ts), and what must come of it (```expect): `type DStream<string>` a binding of that type; `prints`, and below it the rows of
 * a block; `started`; `fails` a batch has failed. The prose alone is shown.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installationRoot } from '../../core/installation.js'

export type Check = { readonly kind: 'type'; readonly type: string } | { readonly kind: 'prints'; readonly rows: readonly string[] } | { readonly kind: 'started' } | { readonly kind: 'fails' }

export interface Step { readonly text: string; readonly solution: readonly string[]; readonly check: Check }

export interface LessonText {
  readonly title: string
  readonly intro: string
  /** Rows of each batch, by stream. */
  readonly batches: Readonly<Record<string, readonly (readonly unknown[])[]>>
  readonly steps: readonly Step[]
}

const FOLDER = join(installationRoot, 'prelude/lessons')
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

export const languageOf = (locale: string): Language => locale.startsWith('zh') ? 'zh' : 'en'

/** All of a language, in their order. */
export const lessonsIn = (language: Language): LessonText[] =>
  readdirSync(join(FOLDER, language)).filter(name => name.endsWith('.md')).sort().map(name => parseLesson(readFileSync(join(FOLDER, language, name), 'utf8')))

export function parseLesson(markdown: string): LessonText {
  const [head, ...steps] = markdown.split(/^## /m)
  const [title, ...rest] = head!.trim().split('\n')
  const intro = rest.join('\n')
  return { title: title!.replace(/^# /, ''), intro: prose(intro), batches: JSON.parse(fence(intro, 'json')) as LessonText['batches'], steps: steps.map(stepOf) }
}

const stepOf = (text: string): Step => ({ text: prose(text), solution: fence(text, 'ts').split('\n'), check: checkOf(fence(text, 'expect')) })

function checkOf(text: string): Check {
  const [first, ...rows] = text.split('\n')
  const [kind, ...rest] = first!.split(' ')
  switch (kind) {
    case 'type': return { kind, type: rest.join(' ') }
    case 'prints': return { kind, rows }
    case 'started': case 'fails': return { kind }
    default: throw new Error(`a lesson expects ${kind}, which is nothing that is checked`)
  }
}

const FENCE = /^```(\w+)\n([^]*?)\n?^```$/gm
/** Each paragraph one line: the terminal is as wide as it is. Chinese has no blanks between lines. */
const prose = (text: string): string => text.replace(FENCE, '').trim().split(/\n{2,}/).map(joined).join('\n\n')
const joined = (paragraph: string): string => paragraph.replace(/([^\x00-\x7f])\n/g, '$1').replaceAll('\n', ' ')
const fence = (text: string, language: string): string => [...text.matchAll(FENCE)].find(([, name]) => name === language)?.[2] ?? ''

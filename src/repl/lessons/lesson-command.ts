/** `.lesson`: the list, one of them, a hint, the end; and the word after each input that has done its step. */
import { SparkError } from '../../core/errors.js'
import { escapeControls } from '../../core/escape.js'
import type { Command, CommandHost } from '../commands.js'
import { wrapWords } from '../width.js'
import { languageOf, lessonsIn, type Language, type LessonText } from './lesson-text.js'
import { OpenLesson } from './lessons.js'

export const LESSON_COMMANDS: readonly Command[] = [
  { name: '.lesson', argument: 'N', more: true, help: 'short guided lessons: .lesson lists them, .lesson 1 opens one, .lesson hint, .lesson off', run: study },
]

const language = (): Language => languageOf(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || 'en')

const WORDS = {
  en: { done: 'right', over: (title: string): string => `that was "${title}", and your own names are back: .lesson shows the others`, begin: '.lesson 1 opens the first; your own ssc, streams and names stay as they are', hint: '.lesson hint shows a line that does it, .lesson off leaves', left: 'the lesson is closed, and your own names are back', none: 'no lesson is open' },
  zh: { done: '对了', over: (title: string): string => `《${title}》学完了，你自己的变量已恢复：输入 .lesson 看其他课`, begin: '输入 .lesson 1 开始第一课；你自己的 ssc、流和变量不受影响', hint: '.lesson hint 给出一种写法，.lesson off 退出', left: '已退出本课，你自己的变量已恢复', none: '现在没有打开的课' },
} as const

async function study(host: CommandHost, what: string): Promise<void> {
  const words = WORDS[language()]
  const lessons = lessonsIn(language())
  if (what === '') return show(host, [...lessons.map(({ title }, i) => `${i + 1}. ${title}`), dim(host, words.begin)])
  if (what === 'off') return leave(host, host.lesson ? words.left : words.none)
  if (what === 'hint') return host.print(host.lesson?.step?.solution.join('\n') ?? dim(host, words.none)) // not wrapped: it is to be copied
  const lesson = lessons[Number(what) - 1]
  if (!lesson) throw new SparkError('COMMAND_ARGUMENT', { command: '.lesson', problem: `has no ${escapeControls(what)}`, fix: `give a number from 1 to ${lessons.length}; .lesson lists them` })
  await begin(host, lesson)
}

async function begin(host: CommandHost, text: LessonText): Promise<void> {
  await host.lesson?.close()
  host.study(undefined)
  const lesson = await OpenLesson.open(text, await host.session(), await host.context())
  host.study(lesson)
  show(host, [host.look.colors.bold(text.title), '', text.intro, '', lesson.step!.text, '', dim(host, WORDS[language()].hint)])
}

/** After an input; the next one waits, since names may change. */
export async function lookAtLesson(host: CommandHost): Promise<void> {
  const { lesson } = host
  if (!lesson?.look()) return
  const words = WORDS[language()]
  if (lesson.step) show(host, [host.look.colors.green(`✓ ${words.done}`), '', lesson.step.text])
  else await leave(host, `✓ ${words.over(lesson.title)}`)
}

async function leave(host: CommandHost, text: string): Promise<void> {
  host.study(undefined)
  show(host, [dim(host, text)])
  await host.lesson?.close()
}

const dim = (host: CommandHost, text: string): string => host.look.colors.dim(text)
const show = (host: CommandHost, texts: readonly string[]): void => host.print(wrapWords(texts.join('\n'), host.look.columns()))

/** The streams of the lesson that is open, as `lesson` at the prompt: the shell fills it, the prelude offers it. */
import { SparkError } from './errors.js'

/** Its context, and what its streams are called. */
export const LESSON_NAMES = ['ssc', 'lines', 'clicks', 'cities'] as const

const open = new Map<string, unknown>()

/** What `lesson` is: a getter for each stream. */
export const lesson: object = Object.defineProperties({}, Object.fromEntries(LESSON_NAMES.map(name => [name, { get: () => streamOf(name), enumerable: true }])))

/** From now on these; none: no lesson is open. */
export function openLesson(streams: Readonly<Record<string, unknown>>): void {
  open.clear()
  for (const [name, stream] of Object.entries(streams)) open.set(name, stream)
}

function streamOf(name: string): unknown {
  if (open.has(name)) return open.get(name)
  throw new SparkError('LESSON_WITHOUT_STREAM', { stream: name, has: [...open.keys()].map(each => `lesson.${each}`).join(', ') })
}

/**
 * A line that waits for a long job shows how far it is, as Spark's console does: `[Stage 3:=====>  (5 + 2) / 8]`, tasks done, tasks that run, all tasks. Only while
 * the line runs, on the row where the prompt will be, and only after half a second; batches of a stream, which come and go below a prompt, show none.
 */
import type { EventBus, Events } from '../core/events.js'

type Stage = Events['stageProgress']

const FIRST_MS = 500
const EVERY_MS = 200

export interface ProgressOptions {
  readonly events: EventBus
  readonly columns: () => number
  readonly show: (text: string | undefined) => void
}

export class Progress {
  readonly #options: ProgressOptions

  constructor(options: ProgressOptions) { this.#options = options }

  /** Shows the progress of jobs until `work` is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { events, columns, show } = this.#options
    const stages = new Map<number, Stage>()
    const ends = [
      events.on('stageProgress', stage => { if (stage.done < stage.tasks) stages.set(stage.stage, stage); else stages.delete(stage.stage) }),
      events.on('jobEnd', ({ job }) => { for (const { stage, job: of } of [...stages.values()]) if (of === job) stages.delete(stage) }),
    ]
    const draw = (): void => show(stages.size > 0 ? progressLine([...stages.values()], columns()) : undefined)
    let timer = setTimeout(() => { draw(); timer = setInterval(draw, EVERY_MS) }, FIRST_MS)
    try { return await work() } finally {
      clearTimeout(timer)
      for (const end of ends) end()
      show(undefined)
    }
  }
}

/** The stages that run side by side share the row, as in Spark. */
export function progressLine(stages: readonly Stage[], columns: number): string {
  const width = Math.floor((columns - 1) / stages.length)
  return stages.map(stage => bar(stage, width)).join('')
}

function bar({ stage, done, running, tasks }: Stage, width: number): string {
  const [head, tail] = [`[Stage ${stage}:`, `(${done} + ${running}) / ${tasks}]`]
  const room = width - head.length - tail.length
  if (room <= 0) return `${head}${tail}`.slice(0, Math.max(0, width))
  const full = Math.floor(room * done / tasks)
  return head + '='.repeat(full) + (full < room ? '>' : '') + ' '.repeat(Math.max(0, room - full - 1)) + tail
}

/** What print() does with each batch: takes the first rows, makes them text, and says so on the event bus. */
import { format } from '../core/format.js'
import type { Events, OutputInfo } from '../core/events.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { printed } from '../sinks/console.js'
import type { SparkContext } from './spark-context.js'

export async function printRows(sc: SparkContext, rdd: RddNode, num: number, time: Time, output: OutputInfo): Promise<Events['printed']> {
  const rows = await sc.take(sc.rdd(rdd), num + 1, 'print')
  const block = { timeMs: time.milliseconds, output, lines: rows.slice(0, num).map(format), more: rows.length > num }
  printed(sc.events, block)
  return block
}

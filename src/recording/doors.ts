/**
 * The doors through which a program's inputs, outputs and starts go, for who stands in them: a recording notes what passes, a replay gives other
 * inputs. The program is none the wiser, and needs no line for it.
 */
import { StreamingContext, type DStream, type InputSource } from '../index.js'
import type { OutputInfo } from '../core/events.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode, StreamPlan } from '../plan/stream-plan.js'

export interface Here { readonly operator: string }
export type Run = (rdd: RddNode, time: Time, output: OutputInfo) => unknown

interface Doors {
  inputStream(source: InputSource, here?: Here): DStream<unknown>
  output(parent: StreamNode, here: Here, run: Run): unknown
  start(): void
  checkpoint(directory: string | null): void
  /** What a start goes on from. */
  recovered(plan: StreamPlan): unknown
}

/** What is done at each door: `on` takes it through. */
export type Standing = { readonly [K in keyof Doors]?: (ssc: StreamingContext, on: Doors[K], ...given: Parameters<Doors[K]>) => ReturnType<Doors[K]> }

/** Until the result is called. */
export function standIn(standing: Standing): () => void {
  const backs = Object.entries(standing).map(([name, stand]) => replaced(StreamingContext.prototype, name, original => function (this: StreamingContext, ...given: unknown[]) {
    return (stand as (...all: unknown[]) => unknown)(this, original.bind(this), ...given)
  }))
  return () => { for (const back of backs) back() }
}

type Method = (...given: any[]) => unknown

/** The method of whatever class has it. */
export function replaced(from: object, name: string, by: (original: Method) => Method): () => void {
  let owner = from as Record<string, Method>
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as Record<string, Method>
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)!
  Object.defineProperty(owner, name, { ...descriptor, value: by(descriptor.value as Method) })
  return () => { Object.defineProperty(owner, name, descriptor) }
}

/** The engine's one door to closure/: functions to data on the driver, data to functions in an executor. */
import type { FnRef } from '../../plan/fn-ref.js'

export interface Portable { readonly modules: readonly string[]; readonly broadcasts: readonly number[]; readonly accumulators: readonly number[]; readonly sources: readonly string[] }
export interface RebuildHost { module(url: string): object; broadcast(id: number): unknown; accumulator(id: number): object }
export const capture = (refs: readonly FnRef[]): Portable => ({ modules: [], broadcasts: [], accumulators: [], sources: refs.map(ref => ref.fn.toString()) })
export const rebuild = (portable: Portable, _host: RebuildHost): Function[] => portable.sources.map(source => (0, eval)(`(${source})`) as Function)
export const captureValue = (value: unknown, _name: string): Portable => ({ modules: [], broadcasts: [], accumulators: [], sources: [`() => (${JSON.stringify(value)})`] })
export const rebuildValue = (portable: Portable, host: RebuildHost): unknown => rebuild(portable, host)[0]!()

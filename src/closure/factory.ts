/**
 * Compiles captured source into a factory that makes the function as often as tasks need it: a batch every second compiles
 * nothing new. The script carries the name and position of the original, so that a stack frame in an executor names the line
 * in the user's own text; what is put before the source is subtracted from the column.
 */
import { constants, Script } from 'node:vm'
import type { Code } from './portable.js'

export interface Made {
  /** Gives the captured variables their values, in the order of code.names. */
  readonly set: (values: readonly unknown[]) => void
  readonly make: () => Function
}
export type Factory = (cells: object) => Made

const factories = new Map<string, Factory>()
const FACTORIES_KEPT = 2000

/** @param shared names that are read from and written to cells instead of variables of their own */
export function factoryOf(code: Code, shared: readonly string[]): Factory {
  const key = `${code.url}:${code.line}:${code.column}:${code.names.join()}:${shared.join()}\n${code.source}`
  const known = factories.get(key)
  if (known) return known
  const made = compile(code, shared)
  if (factories.size >= FACTORIES_KEPT) factories.delete(factories.keys().next().value!)
  factories.set(key, made)
  return made
}

function compile(code: Code, shared: readonly string[]): Factory {
  const before = opening(code, shared)
  const [open, close] = code.form === 'member' ? ['{', '}'] : ['', '']
  const after = `\n${close})]})()${shared.length ? '}' : ''}})` // on a line of its own: the source may end in a comment
  const script = new Script(`${before}${open}${code.source}${after}`, {
    filename: code.url || 'tspark:captured',
    lineOffset: code.line,
    columnOffset: code.column - before.length - open.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const factory = script.runInThisContext() as (cells: object) => [Made['set'], () => Function]
  return cells => {
    const [set, make] = factory(cells)
    return { set, make: code.form === 'member' ? () => memberOf(make()) : make }
  }
}

/** Cells are the only use of `with`: strict code may stand inside it, and positions stay as they are. */
function opening({ names, source }: Code, shared: readonly string[]): string {
  const own = names.filter(name => !shared.includes(name))
  const cells = unused('$cells', source)
  const values = unused('$values', names.join(' '))
  const assign = names.map((name, i) => shared.includes(name) ? '' : `${name}=${values}[${i}];`).join('')
  const declare = own.length ? `let ${own.join()};` : ''
  const scope = shared.length ? `with(${cells}){` : ''
  return `(function(${cells}){${scope}return(function(){'use strict';${declare}return[${values}=>{${assign}},()=>(`
}

function unused(name: string, text: string): string {
  return text.includes(name) ? unused(`${name}_`, text) : name
}

function memberOf(object: object): Function {
  const [descriptor] = Object.values(Object.getOwnPropertyDescriptors(object))
  return (descriptor!.value ?? descriptor!.get ?? descriptor!.set) as Function
}

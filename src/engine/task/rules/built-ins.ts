/**
 * Whether the built-ins that rules stand for, or let pure functions call, are the originals in this thread. They are remembered when
 * this file is loaded, before any user's module; a task asks before it uses a rule. One that was replaced, removed, or joined by
 * another method turns all rules off, for as long as it is so.
 */
const HOLDERS: readonly object[] = [
  String.prototype, Array.prototype, Number.prototype, Boolean.prototype, Object.prototype, RegExp.prototype, Math,
  ...[[][Symbol.iterator](), ''[Symbol.iterator]()].map(iterator => Object.getPrototypeOf(iterator) as object),
]
const GLOBALS = ['String', 'Number', 'Boolean', 'Array', 'Math', 'RegExp', 'parseFloat', 'parseInt', 'isNaN', 'isFinite'] as const

interface Original { readonly holder: object; readonly key: PropertyKey; readonly value: unknown; readonly get: unknown }

const originals: readonly Original[] = [
  ...HOLDERS.flatMap(holder => Reflect.ownKeys(holder).map(key => ({ holder, key, ...partsOf(holder, key) }))),
  ...[Array, RegExp].map(holder => ({ holder, key: Symbol.species, ...partsOf(holder, Symbol.species) })),
]
const sizes = HOLDERS.map(holder => Reflect.ownKeys(holder).length)
const globals = GLOBALS.map(name => (globalThis as Record<string, unknown>)[name])

export function builtInsAreOriginal(): boolean {
  return GLOBALS.every((name, i) => Object.is((globalThis as Record<string, unknown>)[name], globals[i]))
    && HOLDERS.every((holder, i) => Reflect.ownKeys(holder).length === sizes[i])
    && originals.every(({ holder, key, value, get }) => {
      const now = partsOf(holder, key)
      return Object.is(now.value, value) && now.get === get
    })
}

function partsOf(holder: object, key: PropertyKey): { readonly value: unknown; readonly get: unknown } {
  const { value, get } = Object.getOwnPropertyDescriptor(holder, key) ?? {}
  return { value: value as unknown, get }
}

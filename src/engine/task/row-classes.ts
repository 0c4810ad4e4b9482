/** What the row codec must know of a class: whether its instances' state is all in fields that can be read. */
export type Class = abstract new (...args: never[]) => object

export const isNative = (type: Class): boolean => chain(type).some(above => /\{\s*\[native code\]\s*\}\s*$/.test(sourceOf(above)))

const known = new WeakMap<Class, boolean>()

/** Whether the class, or one it extends, declares `#fields`. */
export function hasPrivateFields(type: Class): boolean {
  let has = known.get(type)
  if (has === undefined) known.set(type, has = chain(type).some(above => DECLARES_PRIVATE.test(withoutTexts(sourceOf(above)))))
  return has
}

// `#name` is a declaration or a use of a private member wherever it stands outside strings and comments.
const DECLARES_PRIVATE = /#[\p{ID_Start}$_]/u
const TEXTS = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

const withoutTexts = (source: string): string => source.replace(TEXTS, '')
const sourceOf = (type: Class): string => Function.prototype.toString.call(type)

function chain(type: Class): Class[] {
  const found: Class[] = []
  for (let at: unknown = type; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at)) found.push(at as Class)
  return found
}

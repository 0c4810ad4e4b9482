/** Functions that cannot be made again from their text: those without one, and those whose text leans on where it was written. */
import type { FunctionFacts } from './function-facts.js'
import { isNative } from './function-facts.js'
import { Obstacle, userName } from './refusal.js'
import type { Variable } from './variables.js'

export function checkFunction({ syntax, location, isBound }: FunctionFacts): void {
  if (isBound) throw new Obstacle('CLOSURE_CAPTURES_BOUND')
  if (isNative(syntax.source) || location?.url.startsWith('node:')) throw new Obstacle('CLOSURE_CAPTURES_NATIVE')
  if (syntax.borrowed) throw borrowed(syntax.borrowed)
  if (syntax.unreadable) throw new Obstacle('CLOSURE_UNREADABLE', { reason: syntax.unreadable })
}

/** What to do about each word that only the surroundings of a function can give. */
const MEND: Readonly<Record<string, string>> = {
  this: 'copy what you need into a const first: const name = this.name',
  super: 'call the method through its class: Base.prototype.method.call(object)',
  arguments: 'give the function parameters of its own: (...args) => args.length',
  'new.target': 'copy it into a const first',
  'import.meta': 'copy what you need into a const first: const here = import.meta.url',
}

function borrowed(word: string): Obstacle {
  if (word === 'eval') return new Obstacle('CLOSURE_USES_EVAL')
  if (word.startsWith('#')) return new Obstacle('CLOSURE_USES_PRIVATE', { word })
  return new Obstacle('CLOSURE_USES_THIS', { word: `\`${word}\``, mend: MEND[word]! })
}

/** @throws Obstacle when the class needs a variable, while it is evaluated, that V8 has let go: no function used it. */
export function checkEager(eager: readonly string[], variables: readonly Variable[]): void {
  const lost = eager.find(name => !(name in globalThis) && !variables.some(variable => variable.name === name))
  if (lost !== undefined) throw new Obstacle('CLOSURE_UNREADABLE', { reason: `${userName(lost)}, which a computed key or a private static of the class uses, is no longer in memory` })
}

/**
 * `ssc.start` without parentheses does nothing and is no mistake to TypeScript: it names the method. One who types it as a whole
 * input meant to call it, so that is said beside the value.
 */
import ts from 'typescript'

const TEXT = {
  en: (name: string) => `${name} is a method and was not called; parentheses call it: ${name}()`,
  zh: (name: string) => `${name} 是方法，但没有被调用；加上括号才会调用：${name}()`,
}

/** What to say of an input's value, if it is a method of ours that was named and not called. */
export function uncalledMethod(value: ts.Expression | undefined, checker: ts.TypeChecker, locale: string): readonly string[] {
  if (!value || !ts.isPropertyAccessExpression(value)) return []
  const symbol = checker.getSymbolAtLocation(value.name)
  return symbol && symbol.flags & ts.SymbolFlags.Method ? [TEXT[locale.startsWith('zh') ? 'zh' : 'en'](value.name.text)] : []
}

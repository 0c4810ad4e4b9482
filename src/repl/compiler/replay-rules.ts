/**
 * What a stream's function should not ask, since a batch may run more than once (an executor that was lost, `.rewind`, `.retry`, a restart): the clock on the
 * wall and chance give something else each time. It runs, and is said: once for each kind, for it may be meant so. Outputs of the user's own (foreachRDD)
 * are left alone, and RDDs of a session, where chance is often the point.
 */
import ts from 'typescript'

type Text = (what: string, operator: string) => string

const TIME: Record<'en' | 'zh', Text> = {
  en: (what, operator) => `${what} in a function given to ${operator}: when the batch is run again it is another time. The batch's own stays the same: transform((rdd, time) => rdd.map(x => [x, time.milliseconds]))`,
  zh: (what, operator) => `传给 ${operator} 的函数用到了 ${what}：批次重新运行时得到的是另一个时间。批次自己的时间不变：transform((rdd, time) => rdd.map(x => [x, time.milliseconds]))`,
}
const CHANCE: Record<'en' | 'zh', Text> = {
  en: (what, operator) => `${what} in a function given to ${operator}: when the batch is run again it gives something else. With the batch's time as seed it is the same: transform((rdd, time) => rdd.sample(false, 0.1, time.milliseconds))`,
  zh: (what, operator) => `传给 ${operator} 的函数用到了 ${what}：批次重新运行时结果会不同。用批次时间作种子就会一样：transform((rdd, time) => rdd.sample(false, 0.1, time.milliseconds))`,
}

/** As they are written in the language or known everywhere. */
const ASKED: readonly (readonly [form: RegExp, text: typeof TIME])[] = [
  [/^(Date\.now|performance\.now|process\.hrtime(\.bigint)?|Date)\(\)$|^new Date(\(\))?$/, TIME],
  [/^(Math\.random|(crypto\.)?randomUUID)\(\)$/, CHANCE],
]

/** What to say of the functions that streams are given. `said`: kinds that need no second word. */
export function replayNotes(file: ts.SourceFile, end: number, checker: ts.TypeChecker, { locale, said }: { readonly locale: string; readonly said: Set<unknown> }): string[] {
  const language = locale.startsWith('zh') ? 'zh' : 'en'
  const notes: string[] = []
  const inFunction = (operator: string) => function visit(node: ts.Node): void {
    const [, text] = (ts.isCallExpression(node) || ts.isNewExpression(node)) && ASKED.find(([form]) => form.test(node.getText(file))) || []
    if (text && !said.has(text)) {
      said.add(text)
      notes.push(text[language](node.getText(file), operator))
    }
    ts.forEachChild(node, visit)
  }
  const visit = (node: ts.Node): void => {
    if (node.pos >= end) return
    const operator = ts.isCallExpression(node) ? streamOperator(node, checker) : undefined
    if (operator && ts.isCallExpression(node)) node.arguments.filter(ts.isFunctionLike).forEach(inFunction(operator))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return notes
}

/** The method, where it is a stream's; `f(StateSpec.function(…))` is one as well. */
function streamOperator({ expression }: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text === 'foreachRDD' || expression.name.text === 'watch') return undefined
  const type = checker.getTypeAtLocation(expression.expression)
  const isStream = /^(\w+)?DStream$/.test(type.symbol?.name ?? '')
  return isStream || expression.getText() === 'StateSpec.function' ? expression.name.text : undefined
}

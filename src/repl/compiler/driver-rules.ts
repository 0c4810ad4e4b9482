/**
 * What TypeScript finds right and Spark cannot do: functions given to operators run on executors, with copies of what they capture.
 *
 * Using an RDD, a DStream or a context in such a function is refused here, before anything runs; an assignment to a variable outside it
 * runs, but on a copy, and that is said. Functions that run on the driver (foreachRDD, transform) are left alone.
 */
import ts from 'typescript'

export interface RuleFinding { readonly start: number; readonly length: number; readonly code: number; readonly message: string }

const DISTRIBUTED = new Set(['RDD', 'DStream'])
const DRIVER_ONLY = new Set(['RDD', 'DStream', 'SparkContext', 'StreamingContext'])
const RUNS_ON_DRIVER = new Set(['foreachRDD', 'transform', 'transformWith'])

const TEXTS = {
  driverOnly: {
    en: (name: string, type: string, operator: string) => `'${name}' is ${article(type)}: it stays on the driver, but the function given to ${operator} runs on the executors. Compute what you need before (const n = await rdd.count()), use join or a broadcast, or do it inside foreachRDD.`,
    zh: (name: string, type: string, operator: string) => `“${name}”是 ${type}，只能留在驱动程序里，而传给 ${operator} 的函数在执行器上运行。请先算出所需的值（const n = await rdd.count()），改用 join 或广播变量，或者放进 foreachRDD。`,
  },
  assigned: {
    en: (name: string, operator: string) => `${name} is changed inside a function given to ${operator}, which runs on the executors with a copy: the ${name} of the session stays as it is. Count with const total = sc.longAccumulator() and total.add(1).`,
    zh: (name: string, operator: string) => `传给 ${operator} 的函数修改了 ${name}，但它在执行器上使用的是副本，会话里的 ${name} 不会改变。计数请用 const total = sc.longAccumulator() 和 total.add(1)。`,
  },
}
const article = (type: string): string => `${/^[AEIOR]/.test(type) ? 'an' : 'a'} ${type}`

/** Our own codes, above TypeScript's. */
export const DRIVER_ONLY_CAPTURED = 90001

export interface Rules { readonly refusals: readonly RuleFinding[]; readonly notes: readonly string[] }

export function driverRules(file: ts.SourceFile, end: number, checker: ts.TypeChecker, locale: string): Rules {
  const language = locale.startsWith('zh') ? 'zh' : 'en'
  const refusals: RuleFinding[] = []
  const notes = new Set<string>()
  for (const { fn, operator } of shippedFunctions(file, end, checker)) {
    for (const id of outerNames(fn, checker)) {
      const type = classNames(checker.getTypeAtLocation(id), checker).find(name => DRIVER_ONLY.has(name))
      if (type) refusals.push({ start: id.getStart(file), length: id.text.length, code: DRIVER_ONLY_CAPTURED, message: TEXTS.driverOnly[language](id.text, type, operator) })
      else if (isAssigned(id)) notes.add(TEXTS.assigned[language](id.text, operator))
    }
  }
  return { refusals, notes: [...notes] }
}

function shippedFunctions(file: ts.SourceFile, end: number, checker: ts.TypeChecker): { fn: ts.Node; operator: string }[] {
  const found: { fn: ts.Node; operator: string }[] = []
  const visit = (node: ts.Node): void => {
    if (node.pos >= end) return
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const operator = node.expression.name.text
      const receiver = classNames(checker.getTypeAtLocation(node.expression.expression), checker)
      if (receiver.some(name => DISTRIBUTED.has(name)) && !RUNS_ON_DRIVER.has(operator)) found.push(...node.arguments.filter(ts.isFunctionLike).map(fn => ({ fn, operator })))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Identifiers in `fn` that mean a variable declared outside of it. */
function outerNames(fn: ts.Node, checker: ts.TypeChecker): ts.Identifier[] {
  const found: ts.Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return
    if (ts.isIdentifier(node)) {
      const symbol = ts.isShorthandPropertyAssignment(node.parent) ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node)
      const home = symbol?.valueDeclaration
      if (symbol && home && symbol.flags & ts.SymbolFlags.Variable && !(home.getSourceFile() === fn.getSourceFile() && home.pos >= fn.pos && home.end <= fn.end)) found.push(node)
    }
    ts.forEachChild(node, visit)
  }
  visit(fn)
  return found
}

/** The type's class and the classes it extends. */
function classNames(type: ts.Type, checker: ts.TypeChecker): string[] {
  const target = (type as ts.TypeReference).target ?? type
  const bases = target.isClassOrInterface() ? checker.getBaseTypes(target) : []
  return [...type.symbol ? [type.symbol.name] : [], ...bases.flatMap(base => classNames(base, checker))]
}

function isAssigned(id: ts.Identifier): boolean {
  const { parent } = id
  if (ts.isBinaryExpression(parent)) return parent.left === id && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  return (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    && (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)
}

/**
 * What stands before the dot, and which of its methods take it: one with `this: DStream<[K, V]>` is for pairs, one with `this: RDD<number>` for
 * numbers. TypeScript lists them all and complains once they are called; Tab offers only those that can be, and only what is documented.
 */
import ts from 'typescript'

export function receiverType(checker: ts.TypeChecker, file: ts.SourceFile, from: number): ts.Type | undefined {
  if (file.text[from - 1] !== '.') return undefined
  let found: ts.Type | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.getStart(file) >= from - 1 && node.expression.end <= from - 1 && node.end >= from) found = checker.getTypeAtLocation(node.expression)
    if (node.pos < from && node.end >= from - 1) ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/**
 * The members that Tab may offer. TypeScript's own list of completions would find the type of every one of them, to say what kind it is: half of the
 * time that an answer takes.
 */
export function membersOf(checker: ts.TypeChecker, receiver: ts.Type, beginning: string): ts.Symbol[] {
  return checker.getAugmentedPropertiesOfType(checker.getApparentType(checker.getNonNullableType(receiver)))
    .filter(({ name }) => name.startsWith(beginning) && !name.startsWith('__') && IDENTIFIER.test(name))
    .filter(member => offers(checker, receiver, member))
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u
const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected

/** Not what is marked as internal, nor a method of which no form has a `this:` that the receiver fits. */
function offers(checker: ts.TypeChecker, receiver: ts.Type, { declarations = [] }: ts.Symbol): boolean {
  if (declarations.some(each => ts.getCombinedModifierFlags(each) & HIDDEN || ts.getJSDocTags(each).some(({ tagName }) => tagName.text === 'internal'))) return false
  const forms = declarations.filter(each => ts.isMethodDeclaration(each) || ts.isMethodSignature(each))
  return forms.length === 0 || forms.some(({ parameters: [first] }) => first?.name.getText() !== 'this' || !first.type || fits(checker, receiver, first.type))
}

/** Whether a type can be what is written; a type parameter can be anything. */
function fits(checker: ts.TypeChecker, type: ts.Type, written: ts.TypeNode): boolean {
  const wanted = checker.getTypeFromTypeNode(written)
  if (type.flags & ts.TypeFlags.Any || wanted.flags & ts.TypeFlags.TypeParameter || ts.isFunctionTypeNode(written)) return true
  if (ts.isTupleTypeNode(written)) return checker.isTupleType(type) && allFit(checker, checker.getTypeArguments(type as ts.TypeReference), written.elements.map(element => ts.isNamedTupleMember(element) ? element.type : element))
  if (ts.isTypeReferenceNode(written) && written.typeArguments) {
    const given = argumentsAs(checker, type, wanted.symbol)
    return !given || allFit(checker, given, written.typeArguments)
  }
  return checker.isTypeAssignableTo(type, wanted)
}

const allFit = (checker: ts.TypeChecker, types: readonly ts.Type[], written: readonly ts.TypeNode[]): boolean =>
  types.length === written.length && types.every((type, at) => fits(checker, type, written[at]!))

/** `[T]` of a type that is, or extends, `DStream<T>`; undefined where it does not. */
function argumentsAs(checker: ts.TypeChecker, type: ts.Type, wanted: ts.Symbol): readonly ts.Type[] | undefined {
  if (!isReference(type)) return undefined
  const own = checker.getTypeArguments(type)
  if (type.symbol === wanted) return own
  const parameters = type.target.typeParameters ?? []
  const inBase = checker.getBaseTypes(type.target).map(base => argumentsAs(checker, base, wanted)).find(given => given)
  return inBase?.map(each => own[parameters.indexOf(each as ts.TypeParameter)] ?? each)
}

const isReference = (type: ts.Type): type is ts.TypeReference => !!(type.flags & ts.TypeFlags.Object && (type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference)

/**
 * What is special about the text of a class.
 *
 * Evaluating it again must not run its beginnings again: initialisers of public static fields and static blocks are blanked
 * out, since the statics travel with the values they have now, and so is a superclass that is more than a name. What is
 * evaluated with the class (computed keys, the superclass, private statics) needs its variables first: `eager`.
 */
import type { Class, MethodDefinition, Node, PropertyDefinition, StaticBlock } from 'acorn'
import { freeNames } from './free-names.js'
import { blank } from './syntax.js'

type Member = MethodDefinition | PropertyDefinition | StaticBlock

/** The name put in place of a superclass expression: two characters, so that it fits where `f()` or `a.b` stood. */
const STAND_INS = ['$_', '_$', '$S', '$0', '$1']

export interface ClassSyntax {
  readonly source: string
  /** The variable by which the source names its superclass, where that was an expression. */
  readonly superName: string | undefined
  /** A private member of its instances, which only its own constructor can make. */
  readonly privateMember: string | undefined
}

export function tameClass(source: string, node: Class, offset: number): ClassSyntax {
  const { superClass, body: { body: members } } = node
  const superName = superClass && !isPlain(superClass) ? STAND_INS.find(name => !source.includes(name)) : undefined
  const ranges = members.flatMap(beginnings)
  const all = superName ? [...ranges, { start: superClass!.start, end: superClass!.end, put: superName }] : ranges
  return {
    source: blank(source, all.map(range => ({ ...range, start: range.start - offset, end: range.end - offset }))),
    superName,
    privateMember: members.map(privateOf).find(name => name !== undefined),
  }
}

/** Free names of the parts that are evaluated together with the class. */
export function eagerNames({ superClass, body: { body: members } }: Class): string[] {
  const parts = [superClass, ...members.flatMap(early)].filter(part => part != null)
  return [...new Set(parts.flatMap(part => freeNames(part).names))]
}

const isPlain = (node: Node): boolean => node.type === 'Identifier' || node.type === 'Literal'

function beginnings(member: Member): { start: number; end: number; put?: string }[] {
  if (member.type === 'StaticBlock') return [{ start: member.body[0]?.start ?? member.end - 1, end: member.end - 1 }]
  const isStaticField = member.type === 'PropertyDefinition' && member.static && member.key.type !== 'PrivateIdentifier'
  return isStaticField && member.value ? [{ start: member.value.start, end: member.value.end, put: '0' }] : []
}

function early(member: Member): (Node | null | undefined)[] {
  if (member.type === 'StaticBlock') return []
  const isPrivateStatic = member.type === 'PropertyDefinition' && member.static && member.key.type === 'PrivateIdentifier'
  return [member.computed ? member.key : undefined, isPrivateStatic ? member.value : undefined]
}

function privateOf(member: Member): string | undefined {
  if (member.type === 'StaticBlock' || member.static || member.key.type !== 'PrivateIdentifier') return undefined
  return `#${member.key.name}`
}

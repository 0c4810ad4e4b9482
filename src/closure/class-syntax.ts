/**
 * What is special about the text of a class.
 *
 * Evaluating it again must not run its beginnings again: public static fields and static blocks are blanked out, since the
 * statics travel with the values they have now. So are a superclass that is more than a name and the computed keys of
 * methods: V8 does not keep variables that only these use, but it keeps what came of them. What is still evaluated with the
 * class (computed keys of fields, private statics) needs its variables first: `eager`.
 */
import type { Class, Identifier, MethodDefinition, Node, PropertyDefinition, StaticBlock } from 'acorn'
import { freeNames } from './free-names.js'
import { blank } from './syntax.js'

type Member = MethodDefinition | PropertyDefinition | StaticBlock

/** The name put in place of a superclass expression: two characters, so that it fits where `f()` or `a.b` stood. */
const STAND_INS = ['$_', '_$', '$S', '$0', '$1']

export interface ClassSyntax {
  readonly source: string
  /** The variable by which the source names its superclass. */
  readonly superName: string | undefined
  /** A private member of its instances, which only its own constructor can make. */
  readonly privateMember: string | undefined
  /** Methods and accessors whose computed key was replaced by the string `0`, `1`, …; each by the text that V8 gives it. */
  readonly keyed: readonly { readonly isStatic: boolean; readonly text: string }[]
}

interface Range { readonly start: number; readonly end: number; readonly put?: string }

export function tameClass(source: string, node: Class, offset: number): ClassSyntax {
  const { superClass, body: { body: members } } = node
  const superName = superClass ? nameFor(superClass, source) : undefined
  const keyed = members.filter(isKeyedMethod)
  const ranges: Range[] = [
    ...members.flatMap(beginnings),
    ...keyed.flatMap((member, i) => keyRanges(source, member, i, offset)),
    ...superName && superClass!.type !== 'Identifier' ? [{ start: superClass!.start, end: superClass!.end, put: superName }] : [],
  ]
  return {
    source: blank(source, ranges.map(range => ({ ...range, start: range.start - offset, end: range.end - offset }))),
    superName,
    privateMember: members.map(privateOf).find(name => name !== undefined),
    keyed: keyed.map(member => ({ isStatic: member.static, text: methodText(source, member, offset) })),
  }
}

function nameFor(superClass: Node, source: string): string | undefined {
  if (superClass.type === 'Literal') return undefined // extends null
  return superClass.type === 'Identifier' ? (superClass as Identifier).name : STAND_INS.find(name => !source.includes(name))
}

const isKeyedMethod = (member: Member): member is MethodDefinition => member.type === 'MethodDefinition' && member.computed

/** `[expression]` becomes `[0   ]`, of the same length. */
function keyRanges(source: string, member: MethodDefinition, index: number, offset: number): Range[] {
  const [start, end] = brackets(source, member, offset)
  return [{ start, end, put: `[${index}`.padEnd(end - start).slice(0, end - start) }, { start: end - 1, end, put: ']' }]
}

function brackets(source: string, { key }: MethodDefinition, offset: number): [number, number] {
  return [source.lastIndexOf('[', key.start - offset - 1) + offset, source.indexOf(']', key.end - offset) + 1 + offset]
}

/** What Function.prototype.toString gives for the method: its text without `static`. */
const methodText = (source: string, member: MethodDefinition, offset: number): string =>
  source.slice(member.start - offset, member.end - offset).replace(/^static\b\s*/, '')

/** Free names of the parts that are evaluated together with the class. */
export function eagerNames({ superClass, body: { body: members } }: Class): string[] {
  const parts = [superClass, ...members.flatMap(early)].filter(part => part != null)
  return [...new Set(parts.flatMap(part => freeNames(part).names))]
}

/** A stray `;` in a class body means nothing, and keeps its neighbours apart. */
function beginnings(member: Member): Range[] {
  if (member.type === 'StaticBlock') return [{ start: member.start, end: member.end, put: ';' }]
  const isStaticField = member.type === 'PropertyDefinition' && member.static && member.key.type !== 'PrivateIdentifier'
  return isStaticField ? [{ start: member.start, end: member.end, put: ';' }] : []
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

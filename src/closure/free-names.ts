/**
 * The names that a function takes from outside, which of them it assigns, and the words it borrows from its surroundings
 * (`this`, `super`, `arguments`, `new.target`, `import.meta`, a direct `eval`, private names), which no scope can give.
 *
 * One walk over the tree notes declarations and references with their scopes; names are resolved afterwards, so hoisting
 * needs no care. A `var` belongs to its function, everything else to its block.
 */
import type { Node } from 'acorn'

export interface FreeNames {
  /** In order of first appearance. */
  readonly names: readonly string[]
  readonly assigned: ReadonlySet<string>
  /** The first borrowed word, e.g. `this`. */
  readonly borrowed: string | undefined
}

export function freeNames(root: Node): FreeNames {
  const walk = new Walk()
  walk.visit(root, new Scope(undefined, true), OUTSIDE)
  return walk.result()
}

class Scope {
  readonly names = new Set<string>()
  constructor(readonly parent: Scope | undefined, readonly isFunction: boolean) {}

  declare(name: string, hoisted: boolean): void { (hoisted ? this.function() : this).names.add(name) }
  has(name: string): boolean { return this.names.has(name) || (this.parent?.has(name) ?? false) }
  private function(): Scope { return this.isFunction || !this.parent ? this : this.parent.function() }
}

/** Which words have a meaning of their own where the walk stands. */
interface Bound { readonly this: boolean; readonly super: boolean; readonly arguments: boolean; readonly private: ReadonlySet<string> }
const OUTSIDE: Bound = { this: false, super: false, arguments: false, private: new Set() }
const inFunction = (bound: Bound): Bound => ({ ...bound, this: true, super: false, arguments: true })
const inMember = (bound: Bound): Bound => ({ ...bound, this: true, super: true, arguments: true })

type Any = Node & Record<string, never>
type Visit = (walk: Walk, node: Any, scope: Scope, bound: Bound) => void

class Walk {
  readonly references: { name: string; scope: Scope; assigned: boolean }[] = []
  borrowed: string | undefined

  visit(node: Node | null | undefined, scope: Scope, bound: Bound): void {
    if (!node) return
    const own = VISITS[node.type]
    if (own) own(this, node as Any, scope, bound)
    else this.children(node, scope, bound)
  }

  children(node: Node, scope: Scope, bound: Bound): void {
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) this.all(value, scope, bound)
      else if (isNode(value)) this.visit(value, scope, bound)
    }
  }

  all(nodes: readonly unknown[], scope: Scope, bound: Bound): void {
    for (const node of nodes) if (isNode(node)) this.visit(node, scope, bound)
  }

  borrow(word: string, isBound: boolean): void { if (!isBound) this.borrowed ??= word }

  refer(name: string, scope: Scope, assigned = false): void { this.references.push({ name, scope, assigned }) }

  /** A pattern that declares (`into` given) or assigns; defaults and computed keys inside it are ordinary expressions. */
  pattern(node: Node | null, scope: Scope, bound: Bound, declare?: (name: string) => void): void {
    if (!node) return
    const any = node as Any
    const deeper = (inner: Node) => this.pattern(inner, scope, bound, declare)
    switch (node.type) {
      case 'Identifier': if (declare) declare(any.name); else this.refer(any.name, scope, true); return
      case 'ObjectPattern': (any.properties as Node[]).forEach(deeper); return
      case 'Property': if (any.computed) this.visit(any.key, scope, bound); deeper(any.value); return
      case 'ArrayPattern': (any.elements as Node[]).forEach(deeper); return
      case 'RestElement': deeper(any.argument); return
      case 'AssignmentPattern': this.visit(any.right, scope, bound); deeper(any.left); return
      default: this.visit(node, scope, bound)
    }
  }

  function(node: Any, outer: Scope, bound: Bound): void {
    const parameters = new Scope(outer, true)
    if (node.id && node.type === 'FunctionExpression') parameters.names.add((node.id as { name: string }).name)
    for (const parameter of node.params as Node[]) this.pattern(parameter, parameters, bound, name => parameters.names.add(name))
    const body = new Scope(parameters, true)
    const block = node.body as Node & { body: Node[] }
    if (block.type === 'BlockStatement') this.all(block.body, body, bound)
    else this.visit(block, body, bound)
  }

  class(node: Any, outer: Scope, bound: Bound): void {
    const scope = new Scope(outer, false)
    if (node.id) scope.names.add((node.id as { name: string }).name)
    const members = (node.body as { body: Any[] }).body
    const inside = { ...bound, private: new Set([...bound.private, ...members.map(privateName).filter(name => name !== undefined)]) }
    this.visit(node.superClass, scope, inside)
    for (const member of members) this.member(member, scope, inside)
  }

  member(node: Any, scope: Scope, bound: Bound): void {
    if (node.type === 'StaticBlock') return this.all(node.body, new Scope(scope, true), { ...inMember(bound), arguments: false })
    if (node.computed) this.visit(node.key, scope, bound)
    if (node.type === 'PropertyDefinition') this.visit(node.value, new Scope(scope, true), inMember(bound))
    else this.function(node.value, scope, inMember(bound))
  }

  result(): FreeNames {
    const free = this.references.filter(({ name, scope }) => !scope.has(name))
    return {
      names: [...new Set(free.map(({ name }) => name))],
      assigned: new Set(free.filter(({ assigned }) => assigned).map(({ name }) => name)),
      borrowed: this.borrowed,
    }
  }
}

const block: Visit = (walk, node, scope, bound) => walk.children(node, new Scope(scope, false), bound)
const label: Visit = (walk, node, scope, bound) => walk.visit(node.body, scope, bound)

const VISITS: Readonly<Record<string, Visit>> = {
  Identifier: (walk, node, scope, bound) => {
    if (node.name === 'arguments' && !scope.has('arguments')) walk.borrow('arguments', bound.arguments)
    else walk.refer(node.name, scope)
  },
  ThisExpression: (walk, _node, _scope, bound) => walk.borrow('this', bound.this),
  Super: (walk, _node, _scope, bound) => walk.borrow('super', bound.super),
  MetaProperty: (walk, node, _scope, bound) => (node.meta as { name: string }).name === 'new'
    ? walk.borrow('new.target', bound.this) : walk.borrow('import.meta', false),
  PrivateIdentifier: (walk, node, _scope, bound) => walk.borrow(`#${node.name}`, bound.private.has(node.name)),
  CallExpression: (walk, node, scope, bound) => {
    if ((node.callee as Any).type === 'Identifier' && (node.callee as Any).name === 'eval') walk.borrow('eval', false)
    walk.children(node, scope, bound)
  },

  ArrowFunctionExpression: (walk, node, scope, bound) => walk.function(node, scope, bound),
  FunctionExpression: (walk, node, scope, bound) => walk.function(node, scope, inFunction(bound)),
  FunctionDeclaration: (walk, node, scope, bound) => {
    scope.declare((node.id as unknown as { name: string }).name, false)
    walk.function(node, scope, inFunction(bound))
  },
  ClassExpression: (walk, node, scope, bound) => walk.class(node, scope, bound),
  ClassDeclaration: (walk, node, scope, bound) => {
    scope.declare((node.id as unknown as { name: string }).name, false)
    walk.class(node, scope, bound)
  },

  Property: (walk, node, scope, bound) => {
    if (node.computed) walk.visit(node.key, scope, bound)
    if (node.method || (node.kind as string) !== 'init') walk.function(node.value, scope, inMember(bound))
    else walk.visit(node.value, scope, bound)
  },
  MemberExpression: (walk, node, scope, bound) => {
    walk.visit(node.object, scope, bound)
    if (node.computed || (node.property as Any).type === 'PrivateIdentifier') walk.visit(node.property, scope, bound)
  },

  VariableDeclarator: (walk, node, scope, bound) => {
    walk.pattern(node.id, scope, bound, name => scope.declare(name, false))
    walk.visit(node.init, scope, bound)
  },
  VariableDeclaration: (walk, node, scope, bound) => {
    if ((node.kind as string) !== 'var') return walk.children(node, scope, bound)
    for (const declarator of node.declarations as Any[]) {
      walk.pattern(declarator.id, scope, bound, name => scope.declare(name, true))
      walk.visit(declarator.init, scope, bound)
    }
  },
  AssignmentExpression: (walk, node, scope, bound) => {
    walk.pattern(node.left, scope, bound)
    walk.visit(node.right, scope, bound)
  },
  UpdateExpression: (walk, node, scope, bound) => walk.pattern(node.argument, scope, bound),

  BlockStatement: block,
  SwitchStatement: block,
  ForStatement: block,
  ForInStatement: (walk, node, scope, bound) => forEach(walk, node, new Scope(scope, false), bound),
  ForOfStatement: (walk, node, scope, bound) => forEach(walk, node, new Scope(scope, false), bound),
  CatchClause: (walk, node, outer, bound) => {
    const scope = new Scope(outer, false)
    walk.pattern(node.param, scope, bound, name => scope.declare(name, false))
    walk.visit(node.body, scope, bound)
  },

  LabeledStatement: label,
  BreakStatement: () => {},
  ContinueStatement: () => {},
}

function forEach(walk: Walk, node: Any, scope: Scope, bound: Bound): void {
  if ((node.left as Any).type === 'VariableDeclaration') walk.visit(node.left, scope, bound)
  else walk.pattern(node.left, scope, bound)
  walk.visit(node.right, scope, bound)
  walk.visit(node.body, scope, bound)
}

const privateName = (member: Any): string | undefined =>
  member.key && (member.key as Any).type === 'PrivateIdentifier' ? (member.key as Any).name as string : undefined

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

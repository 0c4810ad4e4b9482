/**
 * The names of a session: which input bound each of them last, and how a later input gets at it.
 *
 * An input does not see the whole session, only what it mentions: the tail put behind its text imports those names from the inputs
 * that bound them. Behind, so that no position moves.
 */
import ts from 'typescript'
import { cellModule } from './program.js'

/** How a name was declared: `let` and `const` must stay assignable or not, all else is imported as it is. */
export type NameKind = 'const' | 'let' | 'other' | 'type'

export interface SessionName {
  readonly name: string
  readonly kind: NameKind
  readonly line: number
  /** The global property; absent for types. */
  readonly cell: string | undefined
  /** As shown to the user. */
  readonly type: string
}

export const cellName = (name: string, line: number): string => `${name}$${line}`

/** Declarations that make `names` known, to be put behind an input's own text. */
export function tailOf(names: Iterable<SessionName>): string {
  return [...names].map(({ name, kind, line }) => kind === 'let' || kind === 'const'
    ? `declare ${kind} ${name}: typeof import("./${cellModule(line)}").${name};`
    : `import { ${name} } from "./${cellModule(line)}";`).join('\n')
}

/** Every identifier in a text, whatever it stands for: a superset of the names it mentions. */
export function mentioned(file: ts.SourceFile): Set<string> {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

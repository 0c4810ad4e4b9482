/** Rows of code, all checked in one program beside the package: the type of each, what the checker says of it, which methods it calls. */
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Code, and its type. */
export type Typed = readonly [code: string, type: string]
/** Code that must not compile, and words of what is said. */
export type Refused = readonly [code: string, message: string]

export interface Checked {
  readonly type: string
  readonly said: string
  /** `RDD.sum`: methods that the code calls, by the family of what they are called on. */
  readonly calls: readonly string[]
}

/** What the code of each row comes to, in their order. */
export function checked(prelude: string, rows: readonly string[]): { readonly rows: readonly Checked[]; readonly needs: ReadonlyMap<string, string> } {
  const { program, file, starts } = programOf(prelude, rows)
  const checker = program.getTypeChecker()
  const messages = program.getSemanticDiagnostics(file)
  return {
    rows: rows.map((_, i) => {
      const [from, to] = [starts[i]!, starts[i + 1] ?? Infinity]
      const { expression } = file.statements.find(node => node.getStart(file) === from) as ts.ExpressionStatement
      return {
        type: checker.typeToString(checker.getTypeAtLocation(expression), undefined, ts.TypeFormatFlags.NoTruncation),
        said: messages.filter(({ start }) => start! >= from && start! < to).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'),
        calls: callsIn(expression, checker),
      }
    }),
    needs: new Map(['rdd', 'words'].flatMap(name => needsOf(variable(file, name), checker))),
  }
}

/** What the methods of a type, internal ones apart, need: of what type `this` must be, or a Duration. `RDD.sum` → `RDD<number>`. */
function needsOf(name: ts.Node, checker: ts.TypeChecker): [string, string][] {
  const type = checker.getTypeAtLocation(name)
  return type.getProperties().flatMap(member => {
    const declaration = member.declarations?.find(ts.isMethodDeclaration) ?? member.declarations?.find(ts.isMethodSignature)
    const needed = declaration?.parameters.filter(one => one.name.getText() === 'this' || one.type?.getText() === 'Duration').at(0)
    return needed && !isInternal(member) ? [[`${type.symbol.name}.${member.name}`, needed.type!.getText()] as [string, string]] : []
  })
}

const isInternal = (member: ts.Symbol): boolean => member.getJsDocTags().some(({ name }) => name === 'internal')

const variable = (file: ts.SourceFile, name: string): ts.Node =>
  file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => [...declarationList.declarations]).find(one => one.name.getText(file) === name)!.name

function callsIn(node: ts.Node, checker: ts.TypeChecker): string[] {
  const calls: string[] = []
  const visit = (child: ts.Node): void => {
    if (ts.isPropertyAccessExpression(child)) {
      const owner = checker.getTypeAtLocation(child.expression).symbol?.name
      if (owner) calls.push(`${owner}.${child.name.text}`)
    }
    ts.forEachChild(child, visit)
  }
  visit(node)
  return calls
}

function programOf(prelude: string, lines: readonly string[]) {
  const name = fileURLToPath(new URL('../../snippets.ts', import.meta.url)) // beside package.json, so that 'tspark' is this package
  let text = prelude
  const starts = lines.map(line => { const at = text.length; text += `${line}\n`; return at })
  const options: ts.CompilerOptions = { strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: ['node'], noEmit: true, skipLibCheck: true }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (path, ...rest) => path === name ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS) : read(path, ...rest)
  host.fileExists = path => path === name || ts.sys.fileExists(path)
  const program = ts.createProgram([name], options, host)
  return { program, file: program.getSourceFile(name)!, starts }
}

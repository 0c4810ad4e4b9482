/** What is known of a name or a call in words: for `words.map?`, and for Tab after an opening parenthesis. Read from the declarations; nothing runs. */
import ts from 'typescript'

/** Declaration, text, and tags of what the last name of an expression means; undefined where it means nothing. */
export function documentationAt(service: ts.LanguageService, path: string, position: number): string | undefined {
  const info = service.getQuickInfoAtPosition(path, position)
  if (!info || info.kind === ts.ScriptElementKind.unknown || !info.kind) return undefined
  const text = ts.displayPartsToString(info.documentation)
  return [ts.displayPartsToString(info.displayParts), text, ...(info.tags ?? []).map(toText)].filter(Boolean).join('\n')
}

/** The call around a position as it may be written: `map<U>(f: (record: string) => U): DStream<U>`, a line for each form. */
export function signaturesAt(service: ts.LanguageService, path: string, position: number): readonly string[] {
  const help = service.getSignatureHelpItems(path, position, undefined)
  return (help?.items ?? []).map(({ prefixDisplayParts, parameters, separatorDisplayParts, suffixDisplayParts }) => [
    ts.displayPartsToString(prefixDisplayParts),
    parameters.map(({ displayParts }) => ts.displayPartsToString(displayParts)).join(ts.displayPartsToString(separatorDisplayParts)),
    ts.displayPartsToString(suffixDisplayParts),
  ].join(''))
}

/** The tag of a parameter begins with its name; an example stands below its title. */
function toText({ name, text }: ts.JSDocTagInfo): string {
  const said = ts.displayPartsToString(text).trim()
  return name === 'example' ? `example:\n${said.replace(/^/gm, '  ')}` : `${name}: ${said}`
}

/**
 * The moment between Tab and its answer. Keys that are typed meanwhile wait, as they would in readline if it read the terminal itself, so that `re`, Tab, `(` is
 * `reduce(` however quickly it is typed; but they do not wait for a checker that is still being loaded, and an answer to a line that has changed is none.
 */
import type { Keys } from './shell-parts.js'

export type Completer = (line: string) => Promise<[string[], string]>

// Longer than an answer takes once the checker is there, shorter than a person waits before wondering.
const PATIENCE_MS = 250
// Who is used to pressing Tab twice for a list gets one list.
const TWICE_MS = 1000

/** `line()` is what stands before the cursor now. */
export function patiently(complete: Completer, keys: Pick<Keys, 'hold' | 'release'>, line: () => string): Completer {
  let told = { line: '', atMs: -Infinity }
  return async asked => {
    if (asked === told.line && performance.now() - told.atMs < TWICE_MS) return [[], asked]
    let holding = true
    const release = (): void => { if (holding) { holding = false; keys.release() } }
    keys.hold()
    const patience = setTimeout(release, PATIENCE_MS)
    const answer = await complete(asked).catch((): [string[], string] => [[], asked])
    clearTimeout(patience)
    setImmediate(release) // readline has put the answer into the line by then
    if (line() !== asked) return [[], line()]
    if (answer[0].length === 0) told = { line: asked, atMs: performance.now() }
    return answer
  }
}

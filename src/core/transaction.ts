/**
 * A failed line leaves nothing: what a line may change besides its bindings (a context's graph, say) takes part here, and the
 * prompt rolls it back when the line fails.
 */
type Participant = () => () => void

const participants = new Set<Participant>()

/** `begin` is called before each line and gives the function that undoes whatever has changed since. */
export function takePart(begin: Participant): () => void {
  participants.add(begin)
  return () => { participants.delete(begin) }
}

/** Marks the state before a line; calling the result goes back to it. */
export function beginLine(): () => void {
  const undo = [...participants].map(begin => begin())
  return () => { for (const back of undo.reverse()) back() }
}

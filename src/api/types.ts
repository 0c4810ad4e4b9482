/**
 * The types that make the prompt pleasant: `words.map(w => [w, 1])` is a DStream<[string, number]> with no `as const`, while
 * strings, objects and `w.split("")` stay as they are; a function that returns nothing (a forgotten `return`) is refused.
 */
export type Row = [unknown, unknown] | [unknown, unknown, unknown] | {} | null | undefined

/**
 * The types that make the prompt pleasant: `words.map(w => [w, 1])` is a DStream<[string, number]> with no `as const`, at any
 * depth, while strings, objects and `w.split("")` stay as they are; a function that returns nothing (a forgotten `return`)
 * is refused.
 */
export type Row = [Row, Row] | [Row, Row, Row] | {} | null | undefined

/** What a compile error names where a function has no result: with braces, `w => { return [w, 1] }` needs its `return`. */
export interface ReturnsNothing { readonly 'write return, or leave out the braces': never }

/** What a compile error names where a function is async: only mapAsync waits for each record. */
export interface ReturnsPromise { readonly 'an async function needs mapAsync(f, { concurrency: 8 })': never }

/** A function's result, unless it has none or is a promise. An intersection, since a conditional type alone would lose the tuples. */
export type Result<U> = U & (void extends U ? ReturnsNothing : unknown) & ([Extract<U, PromiseLike<unknown>>] extends [never] ? unknown : ReturnsPromise)

/** How many promises mapAsync waits for at once, in each partition. */
export interface AsyncOptions { readonly concurrency?: number }

/** What a zero value is one of: of 0, number. The result of a fold has the type of its zero. */
export type Wide<U> = U extends number ? number : U extends string ? string : U extends boolean ? boolean : U extends bigint ? bigint : U

/**
 * The shapes of work that are measured, each a module of shapes/ that exports
 *
 *   shape: {
 *     what                what is done, in a phrase
 *     light?              whether a bench without names plays it
 *     minutes             about how long it takes at full size on two cores
 *     rounds?, warmUps?   unless --rounds says otherwise; plays before the first round that counts (default 1)
 *     sizes               full, small, tiny: numbers and texts by name
 *     prepare?            (size, { cache }) → what else the contenders are told, such as the path of a file
 *     figures             name → { title, unit, better?: 'more', work?: the unit of `amount`, of which a rate is shown }
 *     contenders          name → { program | withPackages | scala | python: its name, rounds?, ask? }, see rivals/kinds.mjs
 *     rivals              the contenders that the others are set beside
 *     beside?             (contender, rival) → whether they are set beside each other; by default all are
 *     bars                { of, beside?, figure, atLeast | atMost }: what we ask of it
 *     reads?              that it reads what a session prints, so that even --here has one
 *     equipment?, round?  what a round needs beside its session, and how it is played; by default: asked once
 *   }
 *   programs: name → what a Node session plays, see rivals/node-session.mjs
 */
export const SHAPES = ['wordcount', 'lines', 'numbers', 'file-words', 'file-helpers', 'sort', 'stream-words', 'stream-helpers', 'window', 'state', 'keyed-state', 'join', 'latency', 'start-up', 'prompt', 'overload', 'scale', 'keys', 'spark']

const fileOf = name => new URL(`./shapes/${name}.mjs`, import.meta.url)

export async function load(name) {
  const { shape } = await import(fileOf(name))
  return { name, file: fileOf(name).pathname, ...shape }
}

export const loadAll = () => Promise.all(SHAPES.map(load))

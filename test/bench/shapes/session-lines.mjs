/** The lines of a long session, of which four of five declare something, and one more line that uses what the late ones declared. */

/** @param words  the text of an expression over two lines of words, `["a b", …]` */
export const lineAt = (at, words = list => `sc.parallelize(${list})`) => [
  `const words${at} = ${words(`["a b", "c ${at}"]`)}.flatMap(l => l.split(" "))`,
  `const counts${at} = words${at - 1}.map(w => [w, ${at}] as const)`,
  `class Kind${at} { n = ${at} }`,
  `function plus${at}(n = 1) { return n + new Kind${at - 1}().n }`,
  `plus${at - 1}(1)`,
][at % 5]

/** After `lines` of them, a multiple of five. */
export const lineAfter = (lines, sum = 1) => `counts${lines - 4}.map(([w, n]) => [w, n + plus${lines - 2}(${sum})] as const).filter(pair => pair[1] > 1)`

/**
 * From plays to what is said about them: minimum, median, rate, and ratios. A ratio is the median of the ratios of the rounds, each of two
 * neighbouring plays; above 1 means better than the rival, whether less or more is better. Where a contender played fewer rounds,
 * medians are set beside each other.
 */

/** One row per contender: { name, plays, cells: { figure: { best, median, rate?, beside: { rival: ratio } } } } */
export function rowsOf(shape, { contenders }) {
  return Object.entries(contenders).map(([name, contender]) => ({
    name,
    plays: contender.plays.length,
    cells: Object.fromEntries(Object.entries(shape.figures).filter(([figure]) => figure in contender.plays[0]).map(([figure, described]) => [figure, cell(figure, described, contender, contenders, rivalsOf(shape, name))])),
  }))
}

/** Each bar with its value and whether it holds; undefined where a contender did not play. */
export function barsOf(shape, { contenders }) {
  return (shape.bars ?? []).map(bar => {
    const value = contenders[bar.of] && (bar.beside ? contenders[bar.beside] && ratio(bar.figure, shape.figures[bar.figure], contenders[bar.of], contenders[bar.beside]) : median(values(contenders[bar.of], bar.figure)))
    return { ...bar, value, holds: value === undefined ? undefined : value >= (bar.atLeast ?? -Infinity) && value <= (bar.atMost ?? Infinity) }
  })
}

/** All of the shape's, unless it says which belong to which. */
const rivalsOf = ({ rivals = [], beside = () => true }, name) => rivals.filter(rival => beside(name, rival))

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function cell(figure, described, contender, contenders, rivals) {
  const all = values(contender, figure)
  const beside = Object.fromEntries(rivals.filter(rival => contenders[rival] && contenders[rival] !== contender && figure in contenders[rival].plays[0]).map(rival => [rival, ratio(figure, described, contender, contenders[rival])]))
  return {
    best: described.better === 'more' ? Math.max(...all) : Math.min(...all),
    median: median(all),
    ...described.work && contender.amount && { rate: contender.amount / median(all) * 1000 },
    beside,
  }
}

function ratio(figure, { better }, contender, rival) {
  const [mine, theirs] = [values(contender, figure), values(rival, figure)]
  const over = (a, b) => better === 'more' ? a / b : b / a
  return mine.length === theirs.length ? median(mine.map((value, round) => over(value, theirs[round]))) : over(median(mine), median(theirs))
}

const values = ({ plays }, figure) => plays.map(play => play[figure])

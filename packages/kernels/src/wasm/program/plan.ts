/** A piece of memory that is used from one call to another, both included. */
export interface Interval {
  readonly bytes: number
  readonly first: number
  readonly last: number
}

/** Where a piece lies: in which block, and how many bytes from its beginning. */
export interface Place {
  readonly block: number
  readonly offset: number
}

export interface Plan {
  /** Of each piece, in the order given. */
  readonly places: readonly Place[]
  /** Bytes of each block, the largest first. */
  readonly blocks: readonly number[]
}

/** Pieces begin at lines of the cache. */
const LINE = 64

interface Block {
  readonly capacity: number
  /** In the order of their offsets. */
  readonly pieces: { readonly offset: number; readonly end: number; readonly first: number; readonly last: number }[]
}

/**
 * Places pieces so that those that are used at the same time don't overlap: the largest first, each into the smallest gap
 * that it fits in. The memory is made up of blocks, which find room where one piece of memory for all would not.
 *
 * @param blockBytes - of a block, where no piece is larger
 */
export function planMemory(intervals: readonly Interval[], blockBytes: number): Plan {
  const found = new Map<number, { readonly block: Block; readonly offset: number }>()
  const blocks: Block[] = []
  const order = intervals.map((_, i) => i)
  order.sort((a, b) => (intervals[b] as Interval).bytes - (intervals[a] as Interval).bytes || a - b)
  for (const i of order) {
    const { bytes, first, last } = intervals[i] as Interval
    const size = Math.ceil(bytes / LINE) * LINE
    let best: { block: Block; offset: number; gap: number } | undefined
    for (const block of blocks) {
      const gap = smallestGap(block, size, first, last)
      if (gap && (!best || gap.gap < best.gap)) best = { block, ...gap }
    }
    if (!best) {
      const block = { capacity: Math.max(blockBytes, size), pieces: [] }
      blocks.push(block)
      best = { block, offset: 0, gap: size }
    }
    const { block, offset } = best
    found.set(i, { block, offset })
    const behind = block.pieces.findIndex((piece) => piece.offset > offset)
    block.pieces.splice(behind < 0 ? block.pieces.length : behind, 0, { offset, end: offset + size, first, last })
  }
  const usedOf = ({ pieces }: Block): number => pieces.reduce((most, { end }) => Math.max(most, end), 0)
  const sorted = blocks.toSorted((a, b) => usedOf(b) - usedOf(a))
  const places = intervals.map((_, i) => {
    const { block, offset } = found.get(i) as { block: Block; offset: number }
    return { block: sorted.indexOf(block), offset }
  })
  return { places, blocks: sorted.map(usedOf) }
}

/** The smallest gap of at least that size between pieces that are used meanwhile; the end of the block is one. */
function smallestGap(
  { capacity, pieces }: Block,
  size: number,
  first: number,
  last: number,
): { readonly offset: number; readonly gap: number } | undefined {
  let end = 0
  let best: { offset: number; gap: number } | undefined
  for (const piece of pieces) {
    if (piece.first > last || piece.last < first) continue
    const gap = piece.offset - end
    if (gap >= size && (!best || gap < best.gap)) best = { offset: end, gap }
    end = Math.max(end, piece.end)
  }
  const rest = capacity - end
  return rest >= size && (!best || rest < best.gap) ? { offset: end, gap: rest } : best
}

/** The most bytes that are used at one time: no plan takes fewer. */
export function mostAtOnce(intervals: readonly Interval[]): number {
  const changes = intervals.flatMap(({ bytes, first, last }) => {
    const size = Math.ceil(bytes / LINE) * LINE
    return [
      { at: first, change: size },
      { at: last + 1, change: -size },
    ]
  })
  changes.sort((a, b) => a.at - b.at || a.change - b.change)
  let now = 0
  let most = 0
  for (const { change } of changes) {
    now += change
    most = Math.max(most, now)
  }
  return most
}

import type { Image, Rectangle } from '../image.ts'

/** What the functions of the module may read or write beyond the end of anything. */
const SLACK = 16

/** Of a large picture only so many bytes lie in the module's memory at once. */
const BAND = 4 * 1024 * 1024

/** Addresses for things that lie one after another, each with some room behind it. */
export function layOut(lengths: readonly number[]): { readonly addresses: readonly number[]; readonly end: number } {
  const addresses: number[] = []
  let end = 0
  for (const length of lengths) {
    addresses.push(end)
    end += Math.ceil((length + SLACK) / 16) * 16
  }
  return { addresses, end }
}

/** Rows of results from `from` to `to`, and the rows of the input that they are made of, from `first` to `end`. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly first: number
  readonly end: number
}

/**
 * Cuts the rows of a result into bands whose input isn't large.
 *
 * @param firsts - for each row of the result the first row of the input, ascending
 * @param taps - how many rows of the input each is made of
 * @param height - of the input
 * @param stride - bytes per row of the input
 */
export function bandsOf(firsts: ArrayLike<number>, taps: number, height: number, stride: number): Band[] {
  const most = BAND / stride
  const bands: Band[] = []
  let from = 0
  for (let to = 1; to <= firsts.length; to++) {
    const first = firsts[from] as number
    if (to < firsts.length && (firsts[to] as number) + taps - first <= most) continue
    bands.push({ from, to, first, end: Math.min(height, (firsts[to - 1] as number) + taps) })
    from = to
  }
  return bands
}

/** All bytes of some rows of a rectangle, from the first to the last, other columns between them too. */
export function spanOf(image: Image, { left, top, width }: Rectangle, { first, end }: Band): Uint8Array {
  const { data, channels } = image
  const from = ((top + first) * image.width + left) * channels
  return (data as Uint8Array).subarray(from, from + ((end - first - 1) * image.width + width) * channels)
}

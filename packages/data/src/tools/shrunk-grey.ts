import type { Image } from '@clas/augment'

/** The side of what {@link shrunkGrey} makes, in pixels. */
export const GREY_SIDE = 32

const SIDE = GREY_SIDE

/**
 * The luma of a picture, averaged over the 32 x 32 rectangles that it falls into: [32, 32]. Sums up to a place between two pixels
 * lie between the sums up to these, so any size can be shrunk, or enlarged, without a table of weights.
 */
export function shrunkGrey({ data, width, height, channels }: Image): Float64Array {
  const sums = new Float64Array((height + 1) * SIDE) // [height + 1, 32]: above row y, in each column
  const row = new Float64Array(width + 1) // up to pixel x
  for (let y = 0; y < height; y++) {
    let at = y * width * channels
    let sum = 0
    for (let x = 0; x < width; x++, at += channels) {
      sum +=
        channels < 3
          ? (data[at] as number)
          : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number)
      row[x + 1] = sum
    }
    let before = 0
    for (let x = 0; x < SIDE; x++) {
      const next = between(row, 1, 0, ((x + 1) * width) / SIDE)
      sums[(y + 1) * SIDE + x] = (sums[y * SIDE + x] as number) + next - before
      before = next
    }
  }
  const grey = new Float64Array(SIDE * SIDE)
  const area = (width * height) / (SIDE * SIDE)
  for (let x = 0; x < SIDE; x++) {
    let before = 0
    for (let y = 0; y < SIDE; y++) {
      const next = between(sums, SIDE, x, ((y + 1) * height) / SIDE)
      grey[y * SIDE + x] = (next - before) / area
      before = next
    }
  }
  return grey
}

function between(sums: Float64Array, step: number, from: number, place: number): number {
  const whole = Math.floor(place)
  const here = sums[whole * step + from] as number
  const share = place - whole
  return share === 0 ? here : here + share * ((sums[(whole + 1) * step + from] as number) - here)
}

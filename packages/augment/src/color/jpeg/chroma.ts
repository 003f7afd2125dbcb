import { type Plane, padPlane, wholeBlocks } from './plane.ts'

/** Halves both sides of a colour component: means of 2×2, whose halves are rounded up and down in turns, as in libjpeg. */
export function halve(full: Uint8Array, width: number, height: number): Plane {
  const columns = wholeBlocks(Math.ceil(width / 2))
  const halfHeight = Math.ceil(height / 2)
  const plane: Plane = {
    data: new Uint8Array(columns * wholeBlocks(halfHeight)),
    columns,
    rows: wholeBlocks(halfHeight),
  }
  for (let y = 0; y < halfHeight; y++) {
    const upper = 2 * y * width
    const lower = Math.min(2 * y + 1, height - 1) * width
    for (let x = 0; x < columns; x++) {
      const left = Math.min(2 * x, width - 1)
      const right = Math.min(2 * x + 1, width - 1)
      const sum =
        (full[upper + left] as number) +
        (full[upper + right] as number) +
        (full[lower + left] as number) +
        (full[lower + right] as number)
      plane.data[y * columns + x] = (sum + 1 + (x & 1)) >> 2
    }
  }
  padPlane(plane, columns, halfHeight)
  return plane
}

/**
 * Doubles one row of a halved component: each value is 3/4 of the nearest and 1/4 of the next nearest, along both sides,
 * as libjpeg's upsampling. Pictures of at most 4 columns repeat values instead, as there.
 *
 * @param y - the row of the doubled component
 * @param width - of the halved component
 * @param line - the result, 2 × width values
 */
export function doubleRow({ data, columns }: Plane, y: number, width: number, height: number, line: Uint8Array): void {
  const near = (y >> 1) * columns
  if (width <= 2) {
    for (let x = 0; x < 2 * width; x++) line[x] = data[near + (x >> 1)] as number
    return
  }
  const other = Math.max(0, Math.min(height - 1, (y >> 1) + (y % 2 === 0 ? -1 : 1))) * columns
  let last = 0
  let current = 3 * (data[near] as number) + (data[other] as number)
  let next = 3 * (data[near + 1] as number) + (data[other + 1] as number)
  line[0] = (4 * current + 8) >> 4
  line[1] = (3 * current + next + 7) >> 4
  for (let x = 1; x < width - 1; x++) {
    last = current
    current = next
    next = 3 * (data[near + x + 1] as number) + (data[other + x + 1] as number)
    line[2 * x] = (3 * current + last + 8) >> 4
    line[2 * x + 1] = (3 * current + next + 7) >> 4
  }
  line[2 * width - 2] = (3 * next + current + 8) >> 4
  line[2 * width - 1] = (4 * next + 7) >> 4
}

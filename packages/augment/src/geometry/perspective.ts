import type { Image } from '../image.ts'
import { warp } from './warp.ts'
import type { WarpOptions } from './warp-options.ts'

/** A place in a picture, in pixels. */
export type Point = readonly [x: number, y: number]

/** The corners of a picture or of what becomes of it: top left, top right, bottom right, bottom left. */
export type Corners = readonly [Point, Point, Point, Point]

/**
 * Moves the corners of a picture, and everything between them as if it were seen at a slant. The size stays. Results are
 * those of torchvision's `perspective` on Pillow's pictures.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param from - four places in the picture
 * @param to - where they come to lie. Three of them on a line leave nothing to see: the picture stays as it is
 * @param options - `interpolation`: nearest unless told; `fill`: the value of what comes from outside, 0 unless told
 * @throws `shape-mismatch` when `fill` is a list of another length than the picture has channels
 * @example
 * ```ts
 * import { perspective } from '@clas/augment'
 * const square = { data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }
 * const corners = [[0, 0], [1, 0], [1, 1], [0, 1]] as const
 * console.log(perspective(square, corners, corners).data) // 1 2 3 4
 * ```
 */
export function perspective(image: Image, from: Corners, to: Corners, options: WarpOptions = {}): Image {
  const coefficients = solve(equations(to, from))
  if (!coefficients) return image
  // torchvision rounds them to float32 before Pillow gets them.
  const [a, b, c, d, e, f, g, h] = coefficients.map(Math.fround) as Eight
  return warp(
    image,
    (row, xs, ys) => {
      const y = row + 0.5
      for (let i = 0; i < xs.length; i++) {
        const x = i + 0.5
        xs[i] = (a * x + b * y + c) / (g * x + h * y + 1)
        ys[i] = (d * x + e * y + f) / (g * x + h * y + 1)
      }
    },
    options,
  )
}

type Eight = [number, number, number, number, number, number, number, number]

/** Rows [left side of eight, right side] for (a·x + b·y + c) / (g·x + h·y + 1) = u, (d·x + e·y + f) / (…) = v. */
function equations(places: Corners, sources: Corners): number[][] {
  return places.flatMap(([x, y], i) => {
    const [u, v] = sources[i] as Point
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ]
  })
}

/** Gauss-Jordan with the largest pivot; undefined where there is no one solution. */
function solve(rows: number[][]): number[] | undefined {
  const count = rows.length
  for (let column = 0; column < count; column++) {
    const candidates = rows.slice(column).map((row) => Math.abs(row[column] as number))
    const largest = Math.max(...candidates)
    if (largest < 1e-9) return undefined
    const pivot = column + candidates.indexOf(largest)
    const row = rows[pivot] as number[]
    rows[pivot] = rows[column] as number[]
    rows[column] = row
    for (const other of rows) {
      if (other === row) continue
      const factor = (other[column] as number) / (row[column] as number)
      for (let i = column; i <= count; i++) other[i] = (other[i] as number) - factor * (row[i] as number)
    }
  }
  return rows.map((row, i) => (row[count] as number) / (row[i] as number))
}

import type { Image } from '../image.ts'
import { type Positions, type Sides, type WarpInterpolation, type WarpOptions, warp } from './warp.ts'

/**
 * [a, b, c, d, e, f]: the pixel of the result with its centre at (x, y) comes from (a·x + b·y + c, d·x + e·y + f) in the
 * input. The centre of the first pixel is (0.5, 0.5).
 */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/**
 * Moves the pixels of a picture by a matrix. The size stays. Results are those of Pillow's
 * `Image.transform(size, AFFINE, matrix)`.
 *
 * The channels don't depend on each other: an alpha channel is moved like the others, and the colour of transparent
 * pixels counts as much as any.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param matrix - from a place in the result to the place in the input, in pixels
 * @param options - `interpolation`: nearest unless told; `fill`: the value of what comes from outside, 0 unless told
 * @throws `shape-mismatch` when `fill` is a list of another length than the picture has channels
 * @example
 * ```ts
 * import { affine } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * console.log(affine(row, [1, 0, 1, 0, 1, 0]).data) // 2 3 0
 * ```
 */
export function affine(image: Image, matrix: AffineMatrix, options: WarpOptions = {}): Image {
  return affineOf(image, matrix, options, image)
}

/** As {@link affine}, to another size. */
export function affineOf(image: Image, matrix: AffineMatrix, options: WarpOptions, size: Sides): Image {
  return warp(image, affinePositions(size, matrix, options.interpolation ?? 'nearest'), options, size)
}

function affinePositions(size: Sides, matrix: AffineMatrix, interpolation: WarpInterpolation): Positions {
  if (interpolation !== 'nearest') return exactPositions(matrix)
  if (matrix[1] === 0 && matrix[3] === 0) return scaledPositions(size, matrix)
  return fitsFixedPoint(size, matrix) ? fixedPointPositions(matrix) : addedPositions(matrix)
}

function exactPositions([a, b, c, d, e, f]: AffineMatrix): Positions {
  return (row, xs, ys) => {
    const y = row + 0.5
    for (let i = 0; i < xs.length; i++) {
      const x = i + 0.5
      xs[i] = a * x + b * y + c
      ys[i] = d * x + e * y + f
    }
  }
}

// For the nearest pixel Pillow adds up steps, so that which pixel it is depends on how the sums are rounded.

function scaledPositions({ width, height }: Sides, [a, , c, , e, f]: AffineMatrix): Positions {
  const columns = steps(c + a * 0.5, a, width)
  const rows = steps(f + e * 0.5, e, height)
  return (row, xs, ys) => {
    xs.set(columns)
    ys.fill(rows[row] as number)
  }
}

function steps(start: number, step: number, count: number): Float64Array {
  const values = new Float64Array(count)
  let value = start
  for (let i = 0; i < count; i++) {
    values[i] = value
    value += step
  }
  return values
}

/** One pixel in 16.16 fixed point. */
const ONE = 65536

function fitsFixedPoint({ width, height }: Sides, [a, b, c, d, e, f]: AffineMatrix): boolean {
  const corners = [
    [0, 0],
    [width, height],
    [0, height],
    [width, 0],
  ] as const
  return corners.every(([x, y]) => Math.abs(x * a + y * b + c) < 32768 && Math.abs(x * d + y * e + f) < 32768)
}

function fixedPointPositions([a, b, c, d, e, f]: AffineMatrix): Positions {
  const fixed = (value: number): number => Math.floor(value * ONE + 0.5)
  const right = fixed(a)
  const down = fixed(d)
  const startX = fixed(c + a * 0.5 + b * 0.5)
  const startY = fixed(f + d * 0.5 + e * 0.5)
  const stepX = fixed(b)
  const stepY = fixed(e)
  return (row, xs, ys) => {
    let x = startX + row * stepX
    let y = startY + row * stepY
    for (let i = 0; i < xs.length; i++) {
      xs[i] = x / ONE
      ys[i] = y / ONE
      x += right
      y += down
    }
  }
}

function addedPositions([a, b, c, d, e, f]: AffineMatrix): Positions {
  let startX = c + b * 0.5 + a * 0.5
  let startY = f + e * 0.5 + d * 0.5
  return (_, xs, ys) => {
    let x = startX
    let y = startY
    for (let i = 0; i < xs.length; i++) {
      xs[i] = x
      ys[i] = y
      x += a
      y += d
    }
    startX += b
    startY += e
  }
}

import type { Positions, Sides, WarpInterpolation } from './warp-options.ts'

/**
 * [a, b, c, d, e, f]: the pixel of the result with its centre at (x, y) comes from (a·x + b·y + c, d·x + e·y + f) in the
 * input. The centre of the first pixel is (0.5, 0.5).
 */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Where the pixels of a result of this size come from. */
export function affinePositions(size: Sides, matrix: AffineMatrix, interpolation: WarpInterpolation): Positions {
  if (interpolation !== 'nearest') return exactPositions(matrix)
  if (isScaling(matrix)) return scaledPositions(size, matrix)
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

/** Whether columns stay columns and rows stay rows. */
export function isScaling([, b, , d]: AffineMatrix): boolean {
  return b === 0 && d === 0
}

/** Where the columns and the rows come from. */
export function scaledSteps(
  { width, height }: Sides,
  [a, , c, , e, f]: AffineMatrix,
): readonly [columns: Float64Array, rows: Float64Array] {
  return [steps(c + a * 0.5, a, width), steps(f + e * 0.5, e, height)]
}

function scaledPositions(size: Sides, matrix: AffineMatrix): Positions {
  const [columns, rows] = scaledSteps(size, matrix)
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

/** Whether all places are few enough pixels away for {@link fixedSteps}. */
export function fitsFixedPoint({ width, height }: Sides, [a, b, c, d, e, f]: AffineMatrix): boolean {
  const corners = [
    [0, 0],
    [width, height],
    [0, height],
    [width, 0],
  ] as const
  return corners.every(([x, y]) => Math.abs(x * a + y * b + c) < 32768 && Math.abs(x * d + y * e + f) < 32768)
}

/** In 16.16 fixed point: where the first pixel comes from, and the steps to the right and down from there. */
export function fixedSteps([a, b, c, d, e, f]: AffineMatrix): Record<
  'x' | 'y' | 'rightX' | 'rightY' | 'downX' | 'downY',
  number
> {
  const fixed = (value: number): number => Math.floor(value * ONE + 0.5)
  return {
    x: fixed(c + a * 0.5 + b * 0.5),
    y: fixed(f + d * 0.5 + e * 0.5),
    rightX: fixed(a),
    rightY: fixed(d),
    downX: fixed(b),
    downY: fixed(e),
  }
}

function fixedPointPositions(matrix: AffineMatrix): Positions {
  const { x: startX, y: startY, rightX, rightY, downX, downY } = fixedSteps(matrix)
  return (row, xs, ys) => {
    let x = startX + row * downX
    let y = startY + row * downY
    for (let i = 0; i < xs.length; i++) {
      xs[i] = x / ONE
      ys[i] = y / ONE
      x += rightX
      y += rightY
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

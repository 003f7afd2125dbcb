/** A filter: [size, size], row by row. */
export interface SquareKernel {
  readonly size: number
  readonly weights: Float64Array
}

/**
 * A line of ones from corner to corner, turned about (size / 2, size / 2): what OpenCV's `warpAffine` makes of it, which
 * takes places to the next 32nd of a pixel. Where the line leaves the square it is cut off.
 *
 * @param size - at least 1
 * @param degrees - counter-clockwise; -45 and 45 give a level and an upright line
 */
export function motionKernel(size: number, degrees: number): SquareKernel {
  const angle = (degrees * Math.PI) / 180
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const middle = size / 2
  const shiftX = middle - cos * middle + sin * middle
  const shiftY = middle - sin * middle - cos * middle
  const weights = new Float64Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const column = thirtySeconds(-sin * y + shiftX, cos * x)
      const row = thirtySeconds(cos * y + shiftY, sin * x)
      weights[y * size + x] = onDiagonal(size, column / 32, row / 32)
    }
  }
  return { size, weights }
}

/** The sum of two parts of a place, each rounded to 1/1024 first as OpenCV does, in 32nds of a pixel. */
function thirtySeconds(first: number, second: number): number {
  return (Math.round(first * 1024) + Math.round(second * 1024) + 16) >> 5
}

/** The picture of the line, whose pixels are 1 where x = y, at a place between pixels. */
function onDiagonal(size: number, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const right = x - left
  const low = y - top
  const ones = (i: number, j: number): number => (i === j && i >= 0 && i < size ? 1 : 0)
  return (
    (ones(left, top) * (1 - right) + ones(left + 1, top) * right) * (1 - low) +
    (ones(left, top + 1) * (1 - right) + ones(left + 1, top + 1) * right) * low
  )
}

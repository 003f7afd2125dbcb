import { concat, pad, reshape, slice, type Tensor, tensor, transpose } from '@tensorflow/tfjs-core'

/** Rows and columns of a grid or of a window in it, or what is done along them. */
export type Sides = readonly [rows: number, columns: number]

/**
 * Lets the places of each window meet: `f` gets [batch * windows, places, channels], of a window row by row, and gives
 * tokens of the same windows, which are put back together. A grid that windows do not cover is padded with zeros below
 * and on the right meanwhile.
 *
 * @param x - [batch, rows, columns, channels]
 * @param window - of one window
 * @param f - may change the number of channels
 * @param shift - places by which the grid is moved up and to the left in a circle before, and back after; default 0
 */
export function withinWindows(
  x: Tensor,
  window: Sides,
  f: (tokens: Tensor) => Tensor,
  shift: number | Sides = 0,
): Tensor {
  const [batch = 1, rows = 1, columns = 1] = x.shape
  const [up, left] = bothSides(shift)
  const moved = cyclicShift(padToMultiple(x, window), [up, left])
  const [, height = 1, width = 1] = moved.shape
  const mixed = mergeWindows(f(splitWindows(moved, window)), window, [height, width])
  const back = cyclicShift(mixed, [-up, -left])
  if (height === rows && width === columns) return back
  return slice(back, [0, 0, 0, 0], [batch, rows, columns, back.shape[3] as number])
}

/**
 * What to add to the scores of windows of a grid that was shifted: -100 between places that were not neighbours before,
 * as they come from opposite borders, else 0.
 *
 * @param grid - that windows cover after padding
 * @param window - of one window
 * @param shift - as in {@link withinWindows}
 * @returns [windows, places, places]
 */
export function shiftMask(grid: Sides, window: Sides, shift: number | Sides): Tensor {
  const [up, left] = bothSides(shift)
  const [tall, wide] = [windowsOf(grid[0], window[0], up), windowsOf(grid[1], window[1], left)]
  const places = window[0] * window[1]
  const values = new Float32Array(tall.length * wide.length * places ** 2)
  let at = 0
  for (const rows of tall) {
    for (const columns of wide) {
      const regions = rows.flatMap((row) => columns.map((column) => 3 * row + column))
      for (const query of regions) for (const key of regions) values[at++] = query === key ? 0 : -100
    }
  }
  return tensor(values, [tall.length * wide.length, places, places])
}

/** A number is meant for both sides. */
export function bothSides(shift: number | Sides): Sides {
  return typeof shift === 'number' ? [shift, shift] : shift
}

/** Pads a picture with zeros below and on the right until windows of the given sides cover it. */
export function padToMultiple(x: Tensor, [height, width]: Sides): Tensor {
  const [, rows = 1, columns = 1] = x.shape
  const below = Math.ceil(rows / height) * height - rows
  const right = Math.ceil(columns / width) * width - columns
  if (below === 0 && right === 0) return x
  return pad(x, [
    [0, 0],
    [0, below],
    [0, right],
    [0, 0],
  ])
}

/** Of one side, cut into windows after the shift: for each place, from which of three regions it comes. */
function windowsOf(length: number, window: number, shift: number): number[][] {
  const padded = Math.ceil(length / window) * window
  const regionOf = (place: number): number => (place < padded - window ? 0 : place < padded - shift ? 1 : 2)
  return Array.from({ length: padded / window }, (_, i) =>
    Array.from({ length: window }, (_, place) => regionOf(i * window + place)),
  )
}

/** [batch, rows, columns, channels] to [batch * windows, places, channels]. */
function splitWindows(x: Tensor, [height, width]: Sides): Tensor {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape
  const [tall, wide] = [rows / height, columns / width]
  const byRow = transpose(reshape(x, [batch * tall, height, wide, width * channels]), [0, 2, 1, 3])
  return reshape(byRow, [batch * tall * wide, height * width, channels])
}

/** [batch * windows, places, channels] to [batch, rows, columns, channels]. */
function mergeWindows(windows: Tensor, [height, width]: Sides, [rows, columns]: Sides): Tensor {
  const [count = 1, , channels = 1] = windows.shape
  const [tall, wide] = [rows / height, columns / width]
  const byWindow = transpose(reshape(windows, [count / wide, wide, height, width * channels]), [0, 2, 1, 3])
  return reshape(byWindow, [count / (tall * wide), rows, columns, channels])
}

/** Moves rows up and columns to the left in a circle; by a number below 0, the other way. */
function cyclicShift(x: Tensor, [up, left]: Sides): Tensor {
  return roll(roll(x, 1, up), 2, left)
}

function roll(x: Tensor, axis: number, by: number): Tensor {
  if (by === 0) return x
  const length = x.shape[axis] as number
  const first = (by + length) % length
  const part = (begin: number, size: number): Tensor =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? begin : 0)),
      x.shape.map((all, i) => (i === axis ? size : all)),
    )
  return concat([part(first, length - first), part(0, first)], axis)
}

import { gatherRows, resizeBicubic } from '@clas/nn'
import { concat, reshape, slice, type Tensor, transpose } from '@tensorflow/tfjs-core'
import type { Sides } from './windows.ts'

/** Rows of a table that has one for each way from a place of a window to another. */
export const relativePositionCount = ([rows, columns]: Sides): number => (2 * rows - 1) * (2 * columns - 1)

/** For each pair of places of a window, the row of the table: [places * places]. */
export function relativePositionIndex([rows, columns]: Sides): number[] {
  const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const)
  return places.flatMap(([row, column]) =>
    places.map(([y, x]) => (row - y + rows - 1) * (2 * columns - 1) + column - x + columns - 1),
  )
}

/**
 * {@link relativePositionIndex} where a class token stands before the places: the table has three more rows, for the
 * ways from it, to it and from it to itself.
 */
export function relativePositionIndexWithClass(window: Sides): number[] {
  const places = window[0] * window[1]
  const ways = relativePositionCount(window)
  const index = relativePositionIndex(window)
  const fromClass = [ways + 2, ...Array<number>(places).fill(ways)]
  const fromPlaces = Array.from({ length: places }, (_, i) => [ways + 1, ...index.slice(i * places, (i + 1) * places)])
  return [...fromClass, ...fromPlaces.flat()]
}

/**
 * What to add to the scores of attention.
 *
 * @param table - [ways, heads]
 * @param index - row of the table for each pair of tokens
 * @returns [1, heads, tokens, tokens]
 */
export function relativePositionBias(table: Tensor, index: readonly number[]): Tensor {
  const tokens = Math.sqrt(index.length)
  const [, heads = 1] = table.shape
  return reshape(transpose(gatherRows(table, index)), [1, heads, tokens, tokens])
}

/**
 * Resizes a table to windows of another size by cubic interpolation. Further rows at its end, as of a class token, stay.
 *
 * @param table - [ways + further, heads]
 * @param from - window of the table
 * @param to - window that is wanted
 */
export function resizeRelativePositions(table: Tensor, from: Sides, to: Sides): Tensor {
  if (from[0] === to[0] && from[1] === to[1]) return table
  const [rows = 0, heads = 0] = table.shape
  const ways = relativePositionCount(from)
  const grid = reshape(slice(table, [0, 0], [ways, heads]), [1, 2 * from[0] - 1, 2 * from[1] - 1, heads])
  const resized = reshape(resizeBicubic(grid, [2 * to[0] - 1, 2 * to[1] - 1]), [relativePositionCount(to), heads])
  return rows === ways ? resized : concat([resized, slice(table, [ways, 0], [rows - ways, heads])])
}

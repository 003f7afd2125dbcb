import type { ArrayRecord } from '@clas/core'
import { cubicWeights } from '@clas/nn'

/**
 * Resizes a square grid of rows with cubic interpolation (Keys' kernel with a = -0.75, half-pixel centres), as
 * published position embeddings are made to fit another picture size. Rows before the grid stay as they are.
 *
 * @param array - [..., extra + from * from, channels], every axis before the last two of length 1
 * @param extra - rows before the grid, such as that of the class token
 * @param from - the grid's side
 * @param to - the side that is wanted
 * @returns [..., extra + to * to, channels]
 */
export function resizePositions(array: ArrayRecord, extra: number, from: number, to: number): ArrayRecord {
  const channels = array.shape.at(-1) ?? 1
  const weights = cubicWeights(from, to)
  const grid = array.data.subarray(extra * channels)
  const result = new Float32Array((extra + to * to) * channels)
  result.set(array.data.subarray(0, extra * channels))
  const tall = interpolate(grid, weights, { before: 1, from, to, after: from * channels })
  result.set(interpolate(tall, weights, { before: to, from, to, after: channels }), extra * channels)
  return { shape: [...array.shape.slice(0, -2), extra + to * to, channels], data: result }
}

interface Axes {
  readonly before: number
  readonly from: number
  readonly to: number
  readonly after: number
}

/** [before, from, after] to [before, to, after], by weights [to, from]. */
function interpolate(
  values: ArrayRecord['data'],
  weights: Float32Array,
  { before, from, to, after }: Axes,
): Float32Array {
  const result = new Float32Array(before * to * after)
  for (let b = 0; b < before; b++) {
    for (let t = 0; t < to; t++) {
      for (let f = 0; f < from; f++) {
        const weight = weights[t * from + f] as number
        if (weight === 0) continue
        const source = (b * from + f) * after
        const target = (b * to + t) * after
        for (let i = 0; i < after; i++) {
          result[target + i] = (result[target + i] as number) + weight * (values[source + i] as number)
        }
      }
    }
  }
  return result
}

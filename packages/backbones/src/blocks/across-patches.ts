import { resizeBilinear } from '@clas/nn'
import { reshape, slice, type Tensor, transpose } from '@tensorflow/tfjs-core'

export interface AcrossPatchesOptions {
  /** How a stretched picture gets its size back: its last row or column is cut, or it is resized; default `resize`. */
  readonly restore?: 'cut' | 'resize'
}

/** Pixels along each side of a patch. */
const SIDE = 2

/**
 * Lets pixels meet those at the same place of the other patches of 2 by 2 (MobileViT): `f` gets [batch, 4, patches,
 * channels] and gives the same shape. A picture with an odd side is stretched by a pixel before.
 *
 * @param x - [batch, height, width, channels]
 * @returns as x
 */
export function acrossPatches(
  x: Tensor,
  f: (pixels: Tensor) => Tensor,
  { restore = 'resize' }: AcrossPatchesOptions = {},
): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const [rows, columns] = [Math.ceil(height / SIDE), Math.ceil(width / SIDE)]
  const even: [number, number] = [rows * SIDE, columns * SIDE]
  const odd = even[0] !== height || even[1] !== width

  const stretched = odd ? resizeBilinear(x, { size: even }) : x
  const byRow = transpose(reshape(stretched, [batch, rows, SIDE, even[1] * channels]), [0, 2, 1, 3])
  const byPlace = transpose(reshape(byRow, [batch * SIDE, rows * columns, SIDE, channels]), [0, 2, 1, 3])
  const mixed = f(reshape(byPlace, [batch, SIDE * SIDE, rows * columns, channels]))

  const backInRow = transpose(reshape(mixed, [batch * SIDE, SIDE, rows * columns, channels]), [0, 2, 1, 3])
  const inPlace = transpose(reshape(backInRow, [batch, SIDE, rows, even[1] * channels]), [0, 2, 1, 3])
  const picture = reshape(inPlace, [batch, ...even, channels])
  if (!odd) return picture
  return restore === 'cut' ? slice(picture, [0, 0, 0, 0], x.shape) : resizeBilinear(picture, { size: [height, width] })
}

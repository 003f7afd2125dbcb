import { type ResizeAttributes, resizeShape, type Shape } from '../contract.ts'
import { ndArray, pick, type ReferenceKernel, sizeOf } from './array.ts'

/** The two cells of the input around the `i`-th of `count` cells, and how much each counts. */
function neighbours(i: number, length: number, count: number, alignCorners: boolean): readonly [number, number][] {
  const corner = count > 1 ? (i * (length - 1)) / (count - 1) : 0
  const centre = Math.min(Math.max(((i + 0.5) * length) / count - 0.5, 0), length - 1)
  const position = alignCorners ? corner : centre
  const first = Math.floor(position)
  const share = position - first
  if (share === 0) return [[first, 1]]
  return [
    [first, 1 - share],
    [first + 1, share],
  ]
}

/** Visits every pair of an output and an input that counts for it, with how much it counts. */
function forEachShare(
  xShape: Shape,
  { size, alignCorners }: ResizeAttributes,
  visit: (y: number, x: number, share: number) => void,
): void {
  const [batch = 0, height = 0, width = 0, channels = 0] = xShape
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < size[0]; oy++) {
      for (let ox = 0; ox < size[1]; ox++) {
        for (const [iy, down] of neighbours(oy, height, size[0], alignCorners)) {
          for (const [ix, across] of neighbours(ox, width, size[1], alignCorners)) {
            const y = ((n * size[0] + oy) * size[1] + ox) * channels
            const x = ((n * height + iy) * width + ix) * channels
            for (let c = 0; c < channels; c++) visit(y + c, x + c, down * across)
          }
        }
      }
    }
  }
}

/** ClasResizeBilinear */
export const resizeBilinear: ReferenceKernel = (inputs, attributes) => {
  const [x] = pick(inputs, 'x')
  const shape = resizeShape(x.shape, attributes as ResizeAttributes)
  const y = new Float64Array(sizeOf(shape))
  forEachShare(x.shape, attributes as ResizeAttributes, (to, from, share) => {
    y[to] = (y[to] as number) + share * (x.values[from] as number)
  })
  return [ndArray(shape, y)]
}

/** ClasResizeBilinearGradient */
export const resizeBilinearGradient: ReferenceKernel = (inputs, attributes) => {
  const [dy] = pick(inputs, 'dy')
  const { inputShape } = attributes as { inputShape: Shape }
  const dx = new Float64Array(sizeOf(inputShape))
  forEachShare(inputShape, attributes as ResizeAttributes, (from, to, share) => {
    dx[to] = (dx[to] as number) + share * (dy.values[from] as number)
  })
  return [ndArray(inputShape, dx)]
}

import { type PoolAttributes, poolShape, type Shape } from '../contract.ts'
import { ndArray, pick, type ReferenceKernel, sizeOf } from './array.ts'

/** Visits every window of every channel: the index of its output, and of its cells inside the picture, row by row. */
function forEachWindow(
  xShape: Shape,
  yShape: Shape,
  { size, strides, pads }: PoolAttributes,
  visit: (y: number, cells: readonly number[]) => void,
): void {
  const [batch = 0, height = 0, width = 0, channels = 0] = xShape
  const [, outHeight = 0, outWidth = 0] = yShape
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const top = oy * strides[0] - pads[0]
        const left = ox * strides[1] - pads[2]
        for (let c = 0; c < channels; c++) {
          const cells: number[] = []
          for (let iy = Math.max(0, top); iy < Math.min(height, top + size[0]); iy++) {
            for (let ix = Math.max(0, left); ix < Math.min(width, left + size[1]); ix++) {
              cells.push(((n * height + iy) * width + ix) * channels + c)
            }
          }
          visit(((n * outHeight + oy) * outWidth + ox) * channels + c, cells)
        }
      }
    }
  }
}

/** The index of the first largest of the cells; of the first NaN where there is one. */
function largest(x: Float32Array, cells: readonly number[]): number {
  let best = cells[0] ?? 0
  for (const cell of cells) {
    const value = x[cell] as number
    if (value > (x[best] as number) || (Number.isNaN(value) && !Number.isNaN(x[best]))) best = cell
  }
  return best
}

/** ClasMaxPool */
export const maxPool: ReferenceKernel = (inputs, attributes) => {
  const [x] = pick(inputs, 'x')
  const shape = poolShape(x.shape, attributes as PoolAttributes)
  const y = new Float64Array(sizeOf(shape))
  forEachWindow(x.shape, shape, attributes as PoolAttributes, (at, cells) => {
    y[at] = x.values[largest(x.values, cells)] as number
  })
  return [ndArray(shape, y)]
}

/** ClasMaxPoolGradient */
export const maxPoolGradient: ReferenceKernel = (inputs, attributes) => {
  const [dy, x] = pick(inputs, 'dy', 'x')
  const dx = new Float64Array(x.values.length)
  forEachWindow(x.shape, dy.shape, attributes as PoolAttributes, (at, cells) => {
    const cell = largest(x.values, cells)
    dx[cell] = (dx[cell] as number) + (dy.values[at] as number)
  })
  return [ndArray(x.shape, dx)]
}

/** ClasAveragePool */
export const averagePool: ReferenceKernel = (inputs, attributes) => {
  const [x] = pick(inputs, 'x')
  const shape = poolShape(x.shape, attributes as PoolAttributes)
  const y = new Float64Array(sizeOf(shape))
  forEachWindow(x.shape, shape, attributes as PoolAttributes, (at, cells) => {
    y[at] = cells.reduce((sum, cell) => sum + (x.values[cell] as number), 0) / cells.length
  })
  return [ndArray(shape, y)]
}

/** ClasAveragePoolGradient */
export const averagePoolGradient: ReferenceKernel = (inputs, attributes) => {
  const [dy] = pick(inputs, 'dy')
  const { inputShape } = attributes as { inputShape: Shape }
  const dx = new Float64Array(sizeOf(inputShape))
  forEachWindow(inputShape, dy.shape, attributes as PoolAttributes, (at, cells) => {
    for (const cell of cells) dx[cell] = (dx[cell] as number) + (dy.values[at] as number) / cells.length
  })
  return [ndArray(inputShape, dx)]
}

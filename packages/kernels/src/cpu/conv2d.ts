import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import { ndArray, pick, type ReferenceKernel, sizeOf } from './array.ts'

/** The indices of one product of a convolution: y[y] += x[x] * filter[filter] for all output channels of a group. */
interface Product {
  readonly x: number
  readonly y: number
  readonly filter: number
  /** Output channels of the group, which follow one another from y and filter on. */
  readonly count: number
}

/** Visits the products of a convolution: every cell, tap and input channel. The object is reused. */
function forEachProduct(
  xShape: Shape,
  filterShape: Shape,
  attributes: ConvAttributes,
  visit: (p: Product) => void,
): void {
  const { strides, pads, dilations, groups } = attributes
  const [batch = 0, height = 0, width = 0, channels = 0] = xShape
  const [taps = 0, tapsAcross = 0, perGroup = 0, out = 0] = filterShape
  const [, outHeight = 0, outWidth = 0] = convShape(xShape, filterShape, attributes)
  const count = out / groups
  const product = { x: 0, y: 0, filter: 0, count }
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const y = ((n * outHeight + oy) * outWidth + ox) * out
        for (let ky = 0; ky < taps; ky++) {
          const iy = oy * strides[0] - pads[0] + ky * dilations[0]
          if (iy < 0 || iy >= height) continue
          for (let kx = 0; kx < tapsAcross; kx++) {
            const ix = ox * strides[1] - pads[2] + kx * dilations[1]
            if (ix < 0 || ix >= width) continue
            for (let c = 0; c < channels; c++) {
              const group = Math.floor(c / perGroup)
              const tap = (ky * tapsAcross + kx) * perGroup + (c % perGroup)
              product.x = ((n * height + iy) * width + ix) * channels + c
              product.y = y + group * count
              product.filter = tap * out + group * count
              visit(product)
            }
          }
        }
      }
    }
  }
}

/** ClasConv2D */
export const conv2d: ReferenceKernel = (inputs, attributes) => {
  const [x, filter] = pick(inputs, 'x', 'filter')
  const shape = convShape(x.shape, filter.shape, attributes as ConvAttributes)
  const y = new Float64Array(sizeOf(shape))
  const bias = inputs.bias?.values
  if (bias) for (let i = 0; i < y.length; i++) y[i] = bias[i % bias.length] as number
  forEachProduct(x.shape, filter.shape, attributes as ConvAttributes, (at) => {
    const value = x.values[at.x] as number
    for (let o = 0; o < at.count; o++)
      y[at.y + o] = (y[at.y + o] as number) + value * (filter.values[at.filter + o] as number)
  })
  return [ndArray(shape, y)]
}

/** ClasConv2DInputGradient */
export const conv2dInputGradient: ReferenceKernel = (inputs, attributes) => {
  const [dy, filter] = pick(inputs, 'dy', 'filter')
  const { inputShape } = attributes as { inputShape: Shape }
  const dx = new Float64Array(sizeOf(inputShape))
  forEachProduct(inputShape, filter.shape, attributes as ConvAttributes, (at) => {
    let sum = 0
    for (let o = 0; o < at.count; o++) sum += (dy.values[at.y + o] as number) * (filter.values[at.filter + o] as number)
    dx[at.x] = (dx[at.x] as number) + sum
  })
  return [ndArray(inputShape, dx)]
}

/** ClasConv2DFilterGradient */
export const conv2dFilterGradient: ReferenceKernel = (inputs, attributes) => {
  const [x, dy] = pick(inputs, 'x', 'dy')
  const { filterShape } = attributes as { filterShape: Shape }
  const dfilter = new Float64Array(sizeOf(filterShape))
  forEachProduct(x.shape, filterShape, attributes as ConvAttributes, (at) => {
    const value = x.values[at.x] as number
    for (let o = 0; o < at.count; o++) {
      dfilter[at.filter + o] = (dfilter[at.filter + o] as number) + value * (dy.values[at.y + o] as number)
    }
  })
  return [ndArray(filterShape, dfilter)]
}

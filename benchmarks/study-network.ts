import { batchNorm, conv2d, flatten, globalAvgPool, linear, type Module, module, relu, sequential } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'

/**
 * A wide residual network for pictures of 32 pixels (Zagoruyko and Komodakis 2016, arXiv 1605.07146): three stages of two
 * blocks, of one, two and four times the width.
 */
export function studyNetwork(classes: number, width: number): Module {
  const widths = [width, width, 2 * width, 2 * width, 4 * width, 4 * width]
  const blocks = widths.map((channels, i) => block(widths[i - 1] ?? width, channels))
  return sequential([
    conv2d(3, width, 3, { bias: false, padding: 1 }),
    ...blocks,
    batchNorm(4 * width),
    relu,
    globalAvgPool,
    flatten,
    linear(4 * width, classes),
  ])
}

function block(from: number, to: number): Module {
  const stride = from === to ? 1 : 2
  const branch = sequential([
    batchNorm(from),
    relu,
    conv2d(from, to, 3, { bias: false, padding: 1, stride }),
    batchNorm(to),
    relu,
    conv2d(to, to, 3, { bias: false, padding: 1 }),
  ])
  if (from === to) return module({ branch }, ({ branch }, x) => add(branch(x), x))
  const shortcut = conv2d(from, to, 1, { bias: false, stride })
  return module({ branch, shortcut }, ({ branch, shortcut }, x) => add(branch(x), shortcut(x)))
}

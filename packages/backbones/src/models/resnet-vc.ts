import {
  batchNorm,
  conv2d,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  uniform,
} from '@clas/nn'
import { add, type Tensor } from '@tensorflow/tfjs-core'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

const DEPTHS = [3, 4, 6, 3] as const
const WIDTHS = [64, 128, 256, 512] as const

/**
 * ResNet with a stem of three 3x3 convolutions (He et al. 2019, arXiv 1812.01187), under the keys of its own weights.
 * 224 by 224 pixels, 25.6 million parameters, published top-1 78.35 %.
 */
export function ResNet50_vc({ classes = 1000, inChannels = 3 }: ModelOptions = {}): Model {
  let channels = 64
  const blocks: Record<string, Module> = {}
  WIDTHS.forEach((width, stage) => {
    for (let i = 0; i < (DEPTHS[stage] as number); i++) {
      blocks[`bb_${stage}_${i}`] = bottleneck(channels, width, i === 0 && stage > 0 ? 2 : 1, i === 0)
      channels = width * 4
    }
  })
  const root = module(
    {
      conv1_1: convBn(inChannels, 32, 3, 2, relu),
      conv1_2: convBn(32, 32, 3, 1, relu),
      conv1_3: convBn(32, 64, 3, 1, relu),
      ...blocks,
      out: linear(channels, classes, { initializer: uniform(1 / Math.sqrt(channels)) }),
    },
    (parts, x) => {
      const stem = maxPool(parts.conv1_3(parts.conv1_2(parts.conv1_1(x))), 3, { stride: 2, padding: 1 })
      const features = inOrder(parts, Object.keys(blocks), stem)
      return parts.out(flatten(globalAvgPool(features)))
    },
    'ResNet',
  )
  return {
    ...root,
    name: 'ResNet50_vc',
    inputSize: 224,
    classes,
    stages: DEPTHS.map((depth, stage) => `bb_${stage}_${depth - 1}`),
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
  }
}

function bottleneck(inChannels: number, width: number, stride: number, projected: boolean): Module {
  const branch = {
    conv0: convBn(inChannels, width, 1, 1, relu),
    conv1: convBn(width, width, 3, stride, relu),
    conv2: convBn(width, width * 4, 1, 1),
  }
  if (!projected)
    return module(branch, ({ conv0, conv1, conv2 }, x) => relu(add(x, conv2(conv1(conv0(x))))), 'residual')
  return module(
    { ...branch, short: convBn(inChannels, width * 4, 1, stride) },
    ({ conv0, conv1, conv2, short }, x) => relu(add(short(x), conv2(conv1(conv0(x))))),
    'residual',
  )
}

function convBn(
  inChannels: number,
  outChannels: number,
  size: number,
  stride: number,
  activation?: (x: Tensor) => Tensor,
): Module {
  return module(
    {
      _conv: conv2d(inChannels, outChannels, size, { stride, padding: (size - 1) / 2, bias: false }),
      _batch_norm: batchNorm(outChannels),
    },
    ({ _conv, _batch_norm }, x) => (activation ?? ((y) => y))(_batch_norm(_conv(x))),
    'convBn',
  )
}

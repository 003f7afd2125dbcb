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
import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * DPN (Chen et al. 2017, arXiv 1707.01629), dual path networks: a block adds to some of the channels, as ResNet does, and
 * appends some, as DenseNet does.
 */
export type DPNOptions = ModelOptions

type Four = readonly [number, number, number, number]

interface Architecture {
  /** Channels and size of the stem's convolution. */
  readonly stem: readonly [channels: number, size: number]
  readonly depths: Four
  /** Channels inside the blocks of the first stage, in how many groups; twice as many in each further stage. */
  readonly width: number
  readonly groups: number
  /** Channels of the first stage that blocks add to, twice as many in each further one. */
  readonly added: number
  /** Channels that each block of a stage appends. */
  readonly appended: Four
}

function dpn(name: string, architecture: Architecture, options: DPNOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const { stem, depths, width, groups, added, appended } = architecture
  let [channels] = stem
  const blocks: Record<string, Module> = {}
  const ends: string[] = []
  for (const [stage, depth] of depths.entries()) {
    const path = {
      added: added * 2 ** stage,
      appended: appended[stage] as number,
      width: width * 2 ** stage,
      groups,
    }
    for (let i = 0; i < depth; i++) {
      const first = i === 0
      blocks[`dpn${Object.keys(blocks).length + 1}`] = dualPathBlock(channels, path, {
        first,
        stride: first && stage > 0 ? 2 : 1,
      })
      channels = path.added + (3 + i) * path.appended
    }
    ends.push(`dpn${Object.keys(blocks).length}`)
  }
  const root = module(
    {
      conv1_x_1_func: convBatchNorm(inChannels, stem[0], stem[1], { stride: 2, activation: relu }),
      ...blocks,
      conv5_x_x_bn: batchNorm(channels),
      out: linear(channels, classes, { initializer: uniform(0.01) }),
    },
    ({ conv1_x_1_func, conv5_x_x_bn, out, ...parts }, x) => {
      const pooled = maxPool(conv1_x_1_func(x), 3, { stride: 2, padding: 1 })
      return out(flatten(globalAvgPool(relu(conv5_x_x_bn(inOrder(parts, Object.keys(blocks), pooled))))))
    },
    'DPN',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ends,
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
  }
}

interface Path {
  readonly added: number
  readonly appended: number
  readonly width: number
  readonly groups: number
}

/** The channels that are added to come first, in the input and in the output. The first block of a stage makes them anew. */
function dualPathBlock(
  channels: number,
  { added, appended, width, groups }: Path,
  { first, stride }: { readonly first: boolean; readonly stride: number },
): Module {
  return module(
    {
      ...(first ? { c1x1_w_func: bnConv(channels, added + 2 * appended, 1, { stride }) } : {}),
      c1x1_a_func: bnConv(channels, width, 1),
      c3x3_b_func: bnConv(width, width, 3, { stride, groups }),
      c1x1_c_func: bnConv(width, added + appended, 1),
    },
    ({ c1x1_w_func, c1x1_a_func, c3x3_b_func, c1x1_c_func }, x) => {
      const before = c1x1_w_func?.(x) ?? x
      const [residual, dense] = split(before, [added, (before.shape[3] ?? 0) - added], 3) as [Tensor, Tensor]
      const output = c1x1_c_func(c3x3_b_func(c1x1_a_func(x)))
      const [more, further] = split(output, [added, appended], 3) as [Tensor, Tensor]
      return concat([add(residual, more), dense, further], 3)
    },
    'dualPathBlock',
  )
}

interface ConvOptions {
  readonly stride?: number
  readonly groups?: number
}

function bnConv(inChannels: number, outChannels: number, size: number, options: ConvOptions = {}): Module {
  return module(
    {
      _batch_norm: batchNorm(inChannels),
      _conv: conv2d(inChannels, outChannels, size, { ...options, padding: (size - 1) / 2, bias: false }),
    },
    ({ _batch_norm, _conv }, x) => _conv(relu(_batch_norm(x))),
    'bnConv',
  )
}

type Factory = (options?: DPNOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    dpn(name, architecture, options)

/** 224 by 224 pixels, 12.6 million parameters, published top-1 76.78 %. */
export const DPN68: Factory = /* @__PURE__ */ define('DPN68', {
  stem: [10, 3],
  depths: [3, 4, 12, 3],
  width: 128,
  groups: 32,
  added: 64,
  appended: [16, 32, 32, 64],
})
/** 224 by 224 pixels, 37.7 million parameters, published top-1 79.85 %. */
export const DPN92: Factory = /* @__PURE__ */ define('DPN92', {
  stem: [64, 7],
  depths: [3, 4, 20, 3],
  width: 96,
  groups: 32,
  added: 256,
  appended: [16, 32, 24, 128],
})
/** 224 by 224 pixels, 61.6 million parameters, published top-1 80.59 %. */
export const DPN98: Factory = /* @__PURE__ */ define('DPN98', {
  stem: [96, 7],
  depths: [3, 6, 20, 3],
  width: 160,
  groups: 40,
  added: 256,
  appended: [16, 32, 32, 128],
})
/** 224 by 224 pixels, 86.9 million parameters, published top-1 80.89 %. */
export const DPN107: Factory = /* @__PURE__ */ define('DPN107', {
  stem: [128, 7],
  depths: [4, 8, 20, 3],
  width: 200,
  groups: 50,
  added: 256,
  appended: [20, 64, 64, 128],
})
/** 224 by 224 pixels, 79.3 million parameters, published top-1 80.70 %. */
export const DPN131: Factory = /* @__PURE__ */ define('DPN131', {
  stem: [128, 7],
  depths: [4, 8, 28, 3],
  width: 160,
  groups: 40,
  added: 256,
  appended: [16, 32, 32, 128],
})

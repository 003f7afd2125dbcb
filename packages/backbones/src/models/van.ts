import {
  batchNorm,
  constant,
  conv2d,
  dropout,
  dropPath,
  flatten,
  gelu,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  parameter,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import type { Model, ModelOptions } from '../model.ts'

/** VAN (Guo et al. 2022, arXiv 2202.09741): attention by convolutions that reach over 21 by 21 cells. */
export interface VANOptions extends ModelOptions {
  /** In the perceptrons of the blocks, in [0, 1); default 0. */
  readonly dropout?: number
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. Published training has 0.1. */
  readonly dropPath?: number
}

interface Architecture {
  readonly dims: readonly [number, number, number, number]
  readonly depths: readonly [number, number, number, number]
}

/** Width of a block's hidden layer by stage, in units of the block's. */
const RATIOS = [8, 8, 4, 4] as const

function van(name: string, { dims, depths }: Architecture, options: VANOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0, dropPath: last = 0 } = options
  const rates = dropPathRates(depths, last)
  const stages: Record<string, Module> = {}
  for (const [i, dim] of dims.entries()) {
    stages[`patch_embed${i + 1}`] = convBn(dims[i - 1] ?? inChannels, dim, i === 0 ? 7 : 3, {
      stride: i === 0 ? 4 : 2,
      bias: true,
      keys: ['proj', 'norm'],
    })
    const hidden = dim * (RATIOS[i] as number)
    stages[`block${i + 1}`] = sequential((rates[i] ?? []).map((rate) => vanBlock(dim, hidden, dropped, rate)))
    stages[`norm${i + 1}`] = layerNorm(dim, { epsilon: 1e-6 })
  }
  const root = module(
    { ...stages, head: linear(dims[3], classes, { initializer: truncatedNormal(0.02) }) },
    (parts, x) => parts.head(flatten(globalAvgPool(inOrder(parts, Object.keys(stages), x)))),
    'VAN',
  )
  const half = [0.5, 0.5, 0.5] as const
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: dims.map((_, i) => `norm${i + 1}`),
    classifier: 'head',
    preprocessing: { resizeShort: 248, interpolation: 'bicubic', mean: half, std: half },
  }
}

function vanBlock(dim: number, hidden: number, dropped: number, dropPathRate: number): Module {
  // [dim, 1, 1] in the checkpoint, for pictures with the channels first.
  const layerScale = parameter([dim, 1, 1], constant(0.01))
  const scaled = (x: Tensor, scale: Tensor): Tensor => mul(x, reshape(scale, [dim]))
  return module(
    {
      layer_scale_1: layerScale,
      layer_scale_2: layerScale,
      norm1: batchNorm(dim),
      attn: attention(dim),
      drop_path1: dropPath(dropPathRate),
      norm2: batchNorm(dim),
      mlp: mlp(dim, hidden, dropped),
      drop_path2: dropPath(dropPathRate),
    },
    ({ layer_scale_1, layer_scale_2, norm1, attn, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const attended = add(x, drop_path1(scaled(attn(norm1(x)), layer_scale_1)))
      return add(attended, drop_path2(scaled(mlp(norm2(attended)), layer_scale_2)))
    },
    'vanBlock',
  )
}

function attention(dim: number): Module {
  return module(
    {
      proj_1: conv2d(dim, dim, 1),
      spatial_gating_unit: largeKernelAttention(dim),
      proj_2: conv2d(dim, dim, 1),
    },
    ({ proj_1, spatial_gating_unit, proj_2 }, x) => add(x, proj_2(spatial_gating_unit(gelu(proj_1(x))))),
    'attention',
  )
}

/** Three convolutions that do what one of 21 by 21 would: near cells, far cells, channels. */
function largeKernelAttention(dim: number): Module {
  const parts = {
    conv0: conv2d(dim, dim, 5, { padding: 2, groups: dim }),
    conv_spatial: conv2d(dim, dim, 7, { padding: 9, groups: dim, dilation: 3 }),
    conv1: conv2d(dim, dim, 1),
  }
  return module(parts, (bound, x) => mul(x, inOrder(bound, Object.keys(parts), x)), 'largeKernelAttention')
}

function mlp(dim: number, hidden: number, dropped: number): Module {
  const depthwise = conv2d(hidden, hidden, 3, { padding: 1, groups: hidden })
  return module(
    {
      fc1: conv2d(dim, hidden, 1),
      dwconv: module({ dwconv: depthwise }, ({ dwconv }, x) => dwconv(x)),
      drop1: dropout(dropped),
      fc2: conv2d(hidden, dim, 1),
      drop2: dropout(dropped),
    },
    ({ fc1, dwconv, drop1, fc2, drop2 }, x) => drop2(fc2(drop1(gelu(dwconv(fc1(x)))))),
    'mlp',
  )
}

type Factory = (options?: VANOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    van(name, architecture, options)

/** 224 by 224 pixels, 4.1 million parameters, published top-1 75.35 %. */
export const VAN_B0: Factory = /* @__PURE__ */ define('VAN_B0', {
  dims: [32, 64, 160, 256],
  depths: [3, 3, 5, 2],
})
/** 224 by 224 pixels, 13.9 million parameters, published top-1 81.02 %. */
export const VAN_B1: Factory = /* @__PURE__ */ define('VAN_B1', {
  dims: [64, 128, 320, 512],
  depths: [2, 2, 4, 2],
})
/** 224 by 224 pixels, 26.6 million parameters, published top-1 82.80 %. */
export const VAN_B2: Factory = /* @__PURE__ */ define('VAN_B2', {
  dims: [64, 128, 320, 512],
  depths: [3, 3, 12, 3],
})
/** 224 by 224 pixels, 44.8 million parameters, published top-1 83.89 %. */
export const VAN_B3: Factory = /* @__PURE__ */ define('VAN_B3', {
  dims: [64, 128, 320, 512],
  depths: [3, 5, 27, 3],
})

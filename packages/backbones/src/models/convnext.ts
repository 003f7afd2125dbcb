import {
  constant,
  conv2d,
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
import { add, mul } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** ConvNeXt (Liu et al. 2022, arXiv 2201.03545): a ResNet with the proportions and layers of a transformer. */
export interface ConvNeXtOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. Published training has 0.1. */
  readonly dropPath?: number
}

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  readonly dims: readonly [number, number, number, number]
  /** Height and width of the pictures; default 224. */
  readonly size?: number
}

const epsilon = 1e-6
const initializer = /* @__PURE__ */ truncatedNormal(0.02)

function convNeXt(name: string, architecture: Architecture, options: ConvNeXtOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath: dropped = 0 } = options
  const { depths, dims, size = 224 } = architecture
  const rates = dropPathRates(depths, dropped)
  const downsampling: Record<string, Module> = {}
  const stages: Record<string, Module> = {}
  for (const [stage, dim] of dims.entries()) {
    const before = dims[stage - 1]
    // Parts of the root with a dot in their names: a stage follows the downsampling of the same number.
    downsampling[`downsample_layers.${stage}`] =
      before === undefined
        ? sequential([conv2d(inChannels, dim, 4, { stride: 4, initializer }), layerNorm(dim, { epsilon })])
        : sequential([layerNorm(before, { epsilon }), conv2d(before, dim, 2, { stride: 2, initializer })])
    stages[`stages.${stage}`] = sequential((rates[stage] ?? []).map((rate) => convNeXtBlock(dim, rate)))
  }
  const order = dims.flatMap((_, stage) => [`downsample_layers.${stage}`, `stages.${stage}`])
  const root = module(
    {
      ...downsampling,
      ...stages,
      norm: layerNorm(dims[3], { epsilon }),
      head: linear(dims[3], classes, { initializer }),
    },
    (parts, x) => parts.head(parts.norm(flatten(globalAvgPool(inOrder(parts, order, x))))),
    'ConvNeXt',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: Object.keys(stages),
    classifier: 'head',
    preprocessing: {
      ...imagenetPreprocessing,
      resizeShort: size === 224 ? 256 : size,
      interpolation: 'bicubic',
    },
  }
}

function convNeXtBlock(dim: number, dropped: number): Module {
  return module(
    {
      gamma: parameter([dim], constant(1e-6)),
      dwconv: conv2d(dim, dim, 7, { padding: 3, groups: dim, initializer }),
      norm: layerNorm(dim, { epsilon }),
      pwconv1: linear(dim, 4 * dim, { initializer }),
      pwconv2: linear(4 * dim, dim, { initializer }),
      drop_path: dropPath(dropped),
    },
    ({ gamma, dwconv, norm, pwconv1, pwconv2, drop_path }, x) =>
      add(x, drop_path(mul(pwconv2(gelu(pwconv1(norm(dwconv(x))))), gamma))),
    'convNeXtBlock',
  )
}

type Factory = (options?: ConvNeXtOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    convNeXt(name, architecture, options)

const tiny = { depths: [3, 3, 9, 3], dims: [96, 192, 384, 768] } as const
const small = { depths: [3, 3, 27, 3], dims: [96, 192, 384, 768] } as const
const base = { depths: [3, 3, 27, 3], dims: [128, 256, 512, 1024] } as const
const large = { depths: [3, 3, 27, 3], dims: [192, 384, 768, 1536] } as const

/** 224 by 224 pixels, 28.6 million parameters, published top-1 82.03 %. */
export const ConvNeXt_tiny: Factory = /* @__PURE__ */ define('ConvNeXt_tiny', tiny)
/** 224 by 224 pixels, 50.2 million parameters, published top-1 83.13 %. */
export const ConvNeXt_small: Factory = /* @__PURE__ */ define('ConvNeXt_small', small)
/** 224 by 224 pixels, 88.6 million parameters, published top-1 83.84 %. */
export const ConvNeXt_base_224: Factory = /* @__PURE__ */ define('ConvNeXt_base_224', base)
/** 384 by 384 pixels, 88.6 million parameters, published top-1 84.90 %. */
export const ConvNeXt_base_384: Factory = /* @__PURE__ */ define('ConvNeXt_base_384', { ...base, size: 384 })
/** 224 by 224 pixels, 197.8 million parameters, published top-1 84.26 %. */
export const ConvNeXt_large_224: Factory = /* @__PURE__ */ define('ConvNeXt_large_224', large)
/** 384 by 384 pixels, 197.8 million parameters, published top-1 85.27 %. */
export const ConvNeXt_large_384: Factory = /* @__PURE__ */ define('ConvNeXt_large_384', { ...large, size: 384 })

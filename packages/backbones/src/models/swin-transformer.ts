import { flatten, globalAvgPool, layerNorm, linear, type Module, module, sequential, truncatedNormal } from '@clas/nn'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { stackNeighbours } from '../blocks/stack-neighbours.ts'
import { swinBlocks } from '../blocks/swin-blocks.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Swin Transformer (Liu et al. 2021, arXiv 2103.14030): attention within windows, which every second block shifts. Takes
 * pictures of any size: a grid that windows do not cover is padded for the attention, as the paper's detectors do.
 */
export interface SwinTransformerOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default as published, 0.1 to 0.5. */
  readonly dropPath?: number
  /**
   * Whether windows are shifted where one covers the grid, as in the last stage, and its borders are masked. Default true,
   * as PaddleClas does; weights of timm, torchvision and Microsoft want false.
   */
  readonly shiftCovering?: boolean
}

interface Architecture {
  /** Channels of the first stage; each further stage has twice as many, and twice the heads. */
  readonly dim: number
  readonly depths: readonly [number, number, number, number]
  readonly heads: number
  readonly window: number
  readonly dropPath: number
  readonly size?: number
}

const PATCH = 4

function swinTransformer(name: string, architecture: Architecture, options: SwinTransformerOptions): Model {
  const { dim, depths, heads, window, size = 224 } = architecture
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath, shiftCovering = true } = options
  const last = depths.length - 1
  const layers = dropPathRates(depths, dropPath).map((rates, i) => {
    const width = dim * 2 ** i
    const blocks = swinBlocks(width, { heads: heads * 2 ** i, window, shiftCovering, dropPath: rates })
    return i === last ? module({ blocks }, ({ blocks }, x) => blocks(x), 'stage') : stage(blocks, width)
  })
  const width = dim * 2 ** last
  const root = module(
    {
      patch_embed: patchEmbed(inChannels, dim, PATCH, { norm: true }),
      layers: sequential(layers),
      norm: layerNorm(width),
      head: linear(width, classes, { initializer: truncatedNormal(0.02) }),
    },
    ({ patch_embed, layers, norm, head }, x) => head(flatten(globalAvgPool(norm(layers(patch_embed(x)))))),
    'SwinTransformer',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: layers.map((_, i) => `layers.${i}.blocks`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort: size === 224 ? 256 : 438, interpolation: 'bicubic' },
    settings: { shiftCovering },
  }
}

function stage(blocks: Module, dim: number): Module {
  return module(
    { blocks, downsample: patchMerging(dim) },
    ({ blocks, downsample }, x) => downsample(blocks(x)),
    'stage',
  )
}

/** Half the grid, twice the channels. */
function patchMerging(dim: number): Module {
  return module(
    {
      reduction: linear(4 * dim, 2 * dim, { bias: false }),
      norm: layerNorm(4 * dim),
    },
    ({ reduction, norm }, x) => reduction(norm(stackNeighbours(x))),
    'patchMerging',
  )
}

const tiny = { dim: 96, depths: [2, 2, 6, 2], heads: 3, dropPath: 0.2 } as const
const small = { dim: 96, depths: [2, 2, 18, 2], heads: 3, dropPath: 0.3 } as const
const base = { dim: 128, depths: [2, 2, 18, 2], heads: 4, dropPath: 0.5 } as const
const large = { dim: 192, depths: [2, 2, 18, 2], heads: 6, dropPath: 0.1 } as const
const at224 = { window: 7 } as const
const at384 = { window: 12, size: 384 } as const

type Factory = (options?: SwinTransformerOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    swinTransformer(`SwinTransformer_${name}`, architecture, options)

/** 224 by 224 pixels, 28.3 million parameters, published top-1 80.69 %. */
export const SwinTransformer_tiny_patch4_window7_224: Factory = /* @__PURE__ */ define('tiny_patch4_window7_224', {
  ...tiny,
  ...at224,
})
/** 224 by 224 pixels, 49.6 million parameters, published top-1 82.75 %. */
export const SwinTransformer_small_patch4_window7_224: Factory = /* @__PURE__ */ define('small_patch4_window7_224', {
  ...small,
  ...at224,
})
/** 224 by 224 pixels, 87.8 million parameters, published top-1 83.00 %. */
export const SwinTransformer_base_patch4_window7_224: Factory = /* @__PURE__ */ define('base_patch4_window7_224', {
  ...base,
  ...at224,
})
/** 384 by 384 pixels, 87.9 million parameters, published top-1 84.39 %. */
export const SwinTransformer_base_patch4_window12_384: Factory = /* @__PURE__ */ define('base_patch4_window12_384', {
  ...base,
  ...at384,
})
/** 224 by 224 pixels, 196.5 million parameters, published top-1 85.96 %. */
export const SwinTransformer_large_patch4_window7_224: Factory = /* @__PURE__ */ define('large_patch4_window7_224', {
  ...large,
  ...at224,
})
/** 384 by 384 pixels, 196.7 million parameters, published top-1 87.19 %. */
export const SwinTransformer_large_patch4_window12_384: Factory = /* @__PURE__ */ define('large_patch4_window12_384', {
  ...large,
  ...at384,
})

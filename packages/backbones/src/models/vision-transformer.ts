import { layerNorm, linear, module, parameter, resizePositions, sequential, truncatedNormal } from '@clas/nn'
import { add, mul } from '@tensorflow/tfjs-core'
import { tokenAt, withTokens } from '../blocks/class-token.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { quarters } from '../blocks/quarters.ts'
import { selfAttention } from '../blocks/self-attention.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import { imagenetPreprocessing, type Model, type ModelOptions, type Preprocessing } from '../model.ts'

/**
 * ViT (Dosovitskiy et al. 2021, arXiv 2010.11929) and DeiT (Touvron et al. 2021, arXiv 2012.12877). The distilled
 * DeiT has a second token with a classifier of its own; its output is the mean of both. Position embeddings are resized
 * to pictures of another size than the published one.
 */
export interface VisionTransformerOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

interface Architecture {
  readonly size: number
  readonly patch: number
  readonly dim: number
  readonly depth: number
  readonly heads: number
  /** Width of the hidden layer, in units of `dim`; default 4. */
  readonly ratio?: number
  readonly qkvBias?: boolean
  /** What scores are multiplied by; default (dim / heads)^-0.5. */
  readonly scale?: number
  readonly epsilon?: number
  readonly distilled?: boolean
  readonly preprocessing: Preprocessing
}

function visionTransformer(name: string, architecture: Architecture, options: VisionTransformerOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath: dropped = 0 } = options
  const { size, patch, dim, depth, heads, ratio = 4, qkvBias = true, scale = (dim / heads) ** -0.5 } = architecture
  const { epsilon = 1e-6, distilled = false, preprocessing } = architecture
  const side = Math.floor(size / patch)
  const tokens = distilled ? 2 : 1
  const normal = truncatedNormal(0.02)
  const head = linear(dim, classes, { initializer: normal })
  const blocks = dropPathRates([depth], dropped)
    .flat()
    .map((rate) =>
      transformerBlock(dim, {
        attn: selfAttention(dim, { heads, qkvBias, scale }),
        mlp: mlp(dim, dim * ratio),
        dropPath: rate,
        epsilon,
      }),
    )
  const root = module(
    {
      pos_embed: parameter([1, side * side + tokens, dim], normal),
      cls_token: parameter([1, 1, dim], normal),
      ...(distilled ? { dist_token: parameter([1, 1, dim], normal) } : {}),
      patch_embed: patchEmbed(inChannels, dim, patch),
      blocks: sequential(blocks),
      norm: layerNorm(dim, { epsilon }),
      head,
      ...(distilled ? { head_dist: head } : {}),
    },
    ({ pos_embed, cls_token, dist_token, patch_embed, blocks, norm, head, head_dist }, x) => {
      const grid = patch_embed(x)
      const [, rows = 1, columns = 1] = grid.shape
      const sequence = withTokens(dist_token ? [cls_token, dist_token] : [cls_token], grid)
      const positions = resizePositions(pos_embed, [side, side], [rows, columns])
      const features = norm(blocks(add(sequence, positions)))
      if (!head_dist) return head(tokenAt(features, 0))
      return mul(add(head(tokenAt(features, 0)), head_dist(tokenAt(features, 1))), 0.5)
    },
    'VisionTransformer',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: quarters(depth),
    classifier: 'head',
    ...(distilled ? { auxiliary: ['head_dist'] } : {}),
    preprocessing,
  }
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const
const vit224: Preprocessing = { resizeShort: 256, interpolation: 'bilinear', ...half }
const vit384: Preprocessing = { resizeShort: 384, interpolation: 'bilinear', ...half }
const deit224: Preprocessing = { ...imagenetPreprocessing, interpolation: 'bicubic' }
const deit384: Preprocessing = { ...imagenetPreprocessing, resizeShort: 438, interpolation: 'bicubic' }

const tiny = { dim: 192, depth: 12, heads: 3 } as const
const small = { dim: 384, depth: 12, heads: 6 } as const
const base = { dim: 768, depth: 12, heads: 12 } as const
const large = { dim: 1024, depth: 24, heads: 16 } as const
const at224 = { size: 224, patch: 16 } as const
const at384 = { size: 384, patch: 16 } as const
const distilled = { distilled: true } as const

type Factory = (options?: VisionTransformerOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    visionTransformer(name, architecture, options)

/** 224 by 224 pixels, 48.8 million parameters, published top-1 77.69 %. */
export const ViT_small_patch16_224: Factory = /* @__PURE__ */ define('ViT_small_patch16_224', {
  ...at224,
  dim: 768,
  depth: 8,
  heads: 8,
  ratio: 3,
  qkvBias: false,
  scale: 768 ** -0.5,
  epsilon: 1e-5,
  preprocessing: vit224,
})
/** 224 by 224 pixels, 86.6 million parameters, published top-1 81.95 %. */
export const ViT_base_patch16_224: Factory = /* @__PURE__ */ define('ViT_base_patch16_224', {
  ...at224,
  ...base,
  preprocessing: vit224,
})
/** 384 by 384 pixels, 86.9 million parameters, published top-1 84.14 %. */
export const ViT_base_patch16_384: Factory = /* @__PURE__ */ define('ViT_base_patch16_384', {
  ...at384,
  ...base,
  preprocessing: vit384,
})
/** 384 by 384 pixels, 88.3 million parameters, published top-1 81.76 %. */
export const ViT_base_patch32_384: Factory = /* @__PURE__ */ define('ViT_base_patch32_384', {
  ...at384,
  ...base,
  patch: 32,
  preprocessing: vit384,
})
/** 224 by 224 pixels, 304.3 million parameters, published top-1 83.23 %. */
export const ViT_large_patch16_224: Factory = /* @__PURE__ */ define('ViT_large_patch16_224', {
  ...at224,
  ...large,
  preprocessing: vit224,
})
/** 384 by 384 pixels, 304.7 million parameters, published top-1 85.13 %. */
export const ViT_large_patch16_384: Factory = /* @__PURE__ */ define('ViT_large_patch16_384', {
  ...at384,
  ...large,
  preprocessing: vit384,
})
/** 384 by 384 pixels, 306.6 million parameters, published top-1 81.53 %. */
export const ViT_large_patch32_384: Factory = /* @__PURE__ */ define('ViT_large_patch32_384', {
  ...at384,
  ...large,
  patch: 32,
  preprocessing: vit384,
})

/** 224 by 224 pixels, 5.7 million parameters, published top-1 71.80 %. */
export const DeiT_tiny_patch16_224: Factory = /* @__PURE__ */ define('DeiT_tiny_patch16_224', {
  ...at224,
  ...tiny,
  preprocessing: deit224,
})
/** 224 by 224 pixels, 22.1 million parameters, published top-1 79.60 %. */
export const DeiT_small_patch16_224: Factory = /* @__PURE__ */ define('DeiT_small_patch16_224', {
  ...at224,
  ...small,
  preprocessing: deit224,
})
/** 224 by 224 pixels, 86.6 million parameters, published top-1 81.70 %. */
export const DeiT_base_patch16_224: Factory = /* @__PURE__ */ define('DeiT_base_patch16_224', {
  ...at224,
  ...base,
  preprocessing: deit224,
})
/** 384 by 384 pixels, 86.9 million parameters, published top-1 83.00 %. */
export const DeiT_base_patch16_384: Factory = /* @__PURE__ */ define('DeiT_base_patch16_384', {
  ...at384,
  ...base,
  preprocessing: deit384,
})
/** 224 by 224 pixels, 5.9 million parameters, published top-1 74.10 %. */
export const DeiT_tiny_distilled_patch16_224: Factory = /* @__PURE__ */ define('DeiT_tiny_distilled_patch16_224', {
  ...at224,
  ...tiny,
  ...distilled,
  preprocessing: deit224,
})
/** 224 by 224 pixels, 22.4 million parameters, published top-1 80.90 %. */
export const DeiT_small_distilled_patch16_224: Factory = /* @__PURE__ */ define('DeiT_small_distilled_patch16_224', {
  ...at224,
  ...small,
  ...distilled,
  preprocessing: deit224,
})
/** 224 by 224 pixels, 87.3 million parameters, published top-1 83.10 %. */
export const DeiT_base_distilled_patch16_224: Factory = /* @__PURE__ */ define('DeiT_base_distilled_patch16_224', {
  ...at224,
  ...base,
  ...distilled,
  preprocessing: deit224,
})
/** 384 by 384 pixels, 87.6 million parameters, published top-1 85.10 %. */
export const DeiT_base_distilled_patch16_384: Factory = /* @__PURE__ */ define('DeiT_base_distilled_patch16_384', {
  ...at384,
  ...base,
  ...distilled,
  preprocessing: deit384,
})

import {
  layerNorm,
  linear,
  type Module,
  matMul,
  module,
  parameter,
  resizePositions,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, mean, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import { tokenAt, withTokens } from '../blocks/class-token.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { quarters } from '../blocks/quarters.ts'
import { relativeAttention } from '../blocks/relative-attention.ts'
import { selfAttention } from '../blocks/self-attention.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import { imagenetPreprocessing, type Model, type ModelOptions, type Preprocessing } from '../model.ts'

/**
 * ViTs pre-trained without labels: CLIP (Radford et al. 2021, arXiv 2103.00020), MoCo v3 (Chen et al. 2021, arXiv
 * 2104.02057), MAE (He et al. 2022, arXiv 2111.06377), BEiT v2 (Peng et al. 2022, arXiv 2208.06366), CAE (Chen et al. 2022,
 * arXiv 2202.03026) and EVA (Fang et al. 2022, arXiv 2211.07636). Positions are resized to pictures of another size than
 * the published one; where they are relative, to square ones.
 */
export interface FoundationViTOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
  /**
   * Whether the output is an embedding [batch, 512] for retrieval in place of logits: the mean of all tokens, projected.
   * Default false.
   */
  readonly embedding?: boolean
}

interface Architecture {
  readonly size?: number
  readonly patch: number
  readonly dim: number
  readonly depth: number
  readonly heads: number
  /** Width of the hidden layers; default 4 dims. */
  readonly hidden?: number
  readonly epsilon?: number
  /** Whether tokens are normalised before the first block. */
  readonly normBefore?: boolean
  /** Whether tokens have absolute positions; default true. */
  readonly absolute?: boolean
  /** Whether blocks have relative positions and layer scales. */
  readonly relative?: boolean
  /** What is classified: the class token, the first patch, or the mean of all patches, normalised once more. */
  readonly pooling?: 'class' | 'firstPatch' | 'patches'
  /** Without classes there is no classifier, and the output is the first number of the normalised class token. */
  readonly classes?: number
  readonly preprocessing?: Preprocessing
}

const EMBEDDING = 512

function foundationViT(name: string, architecture: Architecture, options: FoundationViTOptions): Model {
  const { size = 224, patch, dim, depth, epsilon = 1e-5, normBefore, absolute = true, pooling = 'class' } = architecture
  const { classes = architecture.classes ?? 1000, inChannels = 3, dropPath = 0, embedding = false } = options
  const side = Math.floor(size / patch)
  const normal = truncatedNormal(0.02)
  const classified = !embedding && classes > 0
  const root = module(
    {
      ...(absolute ? { pos_embed: parameter([1, side * side + 1, dim], normal) } : {}),
      cls_token: parameter([1, 1, dim], normal),
      proj: parameter([dim, EMBEDDING], truncatedNormal(dim ** -0.5)),
      patch_embed: patchEmbed(inChannels, dim, patch, { bias: false }),
      ...(normBefore ? { ln_pre: layerNorm(dim) } : {}),
      blocks: sequential(
        dropPathRates([depth], dropPath)
          .flat()
          .map((rate) => block(architecture, side, rate)),
      ),
      norm: layerNorm(dim, { epsilon }),
      ...(classified ? { head: classifier(dim, classes, pooling) } : {}),
    },
    ({ pos_embed, cls_token, proj, patch_embed, ln_pre, blocks, norm, head }, x) => {
      const grid = patch_embed(x)
      const [, rows = 1, columns = 1] = grid.shape
      const sequence = withTokens([cls_token], grid)
      const placed = pos_embed ? add(sequence, resizePositions(pos_embed, [side, side], [rows, columns])) : sequence
      const tokens = blocks(ln_pre ? ln_pre(placed) : placed)
      if (embedding) return matMul(mean(norm(pooling === 'firstPatch' ? patchesOf(tokens) : tokens), 1), proj)
      if (pooling === 'patches') return (head as (x: Tensor) => Tensor)(mean(patchesOf(norm(tokens)), 1))
      const pooled = norm(tokenAt(tokens, pooling === 'class' ? 0 : 1))
      return head
        ? head(pooled)
        : reshape(slice(pooled, [0, 0], [pooled.shape[0] as number, 1]), [pooled.shape[0] as number])
    },
    'FoundationViT',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes: embedding ? EMBEDDING : Math.max(classes, 1),
    stages: quarters(depth),
    ...(classified ? { classifier: 'head.fc_head' } : {}),
    preprocessing: architecture.preprocessing ?? imagenetPreprocessing,
  }
}

function block(
  { dim, heads, hidden = 4 * dim, epsilon = 1e-5, relative }: Architecture,
  side: number,
  rate: number,
): Module {
  return transformerBlock(dim, {
    attn: relative ? relativeAttention(dim, { heads, grid: [side, side] }) : selfAttention(dim, { heads }),
    mlp: mlp(dim, hidden),
    dropPath: rate,
    epsilon,
    ...(relative ? { layerScale: 0 } : {}),
  })
}

function classifier(dim: number, classes: number, pooling: Architecture['pooling']): Module {
  return module(
    {
      ...(pooling === 'patches' ? { fc_norm: layerNorm(dim) } : {}),
      fc_head: linear(dim, classes, { initializer: truncatedNormal(0.02 * 0.001) }),
    },
    ({ fc_norm, fc_head }, x) => fc_head(fc_norm ? fc_norm(x) : x),
    'head',
  )
}

/** The tokens behind the class token. */
function patchesOf(tokens: Tensor): Tensor {
  const [batch = 1, count = 1, dim = 1] = tokens.shape
  return slice(tokens, [0, 1, 0], [batch, count - 1, dim])
}

const small = { dim: 384, depth: 12, heads: 12 } as const
const base = { dim: 768, depth: 12, heads: 12 } as const
const large = { dim: 1024, depth: 24, heads: 16 } as const
const clip = {
  normBefore: true,
  preprocessing: { ...imagenetPreprocessing, resizeShort: 224, interpolation: 'bicubic' },
} as const
const beit = { absolute: false, relative: true, epsilon: 1e-6 } as const

type Factory = (options?: FoundationViTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    foundationViT(name, architecture, options)

/** 224 by 224 pixels, 88.6 million parameters. */
export const CLIP_vit_base_patch32_224: Factory = /* @__PURE__ */ define('CLIP_vit_base_patch32_224', {
  ...base,
  ...clip,
  patch: 32,
})
/** 224 by 224 pixels, 87.0 million parameters; its published weights classify the first patch. */
export const CLIP_vit_base_patch16_224: Factory = /* @__PURE__ */ define('CLIP_vit_base_patch16_224', {
  ...base,
  ...clip,
  patch: 16,
  pooling: 'firstPatch',
})
/** 336 by 336 pixels, 305.1 million parameters. */
export const CLIP_vit_large_patch14_336: Factory = /* @__PURE__ */ define('CLIP_vit_large_patch14_336', {
  ...large,
  ...clip,
  patch: 14,
  size: 336,
  preprocessing: { ...clip.preprocessing, resizeShort: 336 },
})
/** 224 by 224 pixels, 304.7 million parameters. */
export const CLIP_vit_large_patch14_224: Factory = /* @__PURE__ */ define('CLIP_vit_large_patch14_224', {
  ...large,
  ...clip,
  patch: 14,
})
/** 224 by 224 pixels, 86.9 million parameters. */
export const BEiTv2_vit_base_patch16_224: Factory = /* @__PURE__ */ define('BEiTv2_vit_base_patch16_224', {
  ...base,
  ...beit,
  patch: 16,
})
/** 224 by 224 pixels, 305.0 million parameters. */
export const BEiTv2_vit_large_patch16_224: Factory = /* @__PURE__ */ define('BEiTv2_vit_large_patch16_224', {
  ...large,
  ...beit,
  patch: 16,
})
/** 224 by 224 pixels, 87.1 million parameters. */
export const CAE_vit_base_patch16_224: Factory = /* @__PURE__ */ define('CAE_vit_base_patch16_224', {
  ...base,
  ...beit,
  patch: 16,
  absolute: true,
})
/**
 * 224 by 224 pixels, 1.0 billion parameters. Published without classes: the output [batch] is the first number of its
 * embedding, as PaddleClas has it. All 1408 are the output of `norm` (run it with `stop: 'norm'`), and `classes` gives it
 * a classifier.
 */
export const EVA_vit_giant_patch14: Factory = /* @__PURE__ */ define('EVA_vit_giant_patch14', {
  patch: 14,
  dim: 1408,
  depth: 40,
  heads: 16,
  hidden: 6144,
  classes: 0,
})
/** 224 by 224 pixels, 22.2 million parameters. */
export const MOCOV3_vit_small: Factory = /* @__PURE__ */ define('MOCOV3_vit_small', { ...small, patch: 16 })
/** 224 by 224 pixels, 87.0 million parameters. */
export const MOCOV3_vit_base: Factory = /* @__PURE__ */ define('MOCOV3_vit_base', { ...base, patch: 16 })
/** 224 by 224 pixels, 632.7 million parameters. */
export const MAE_vit_huge_patch14: Factory = /* @__PURE__ */ define('MAE_vit_huge_patch14', {
  patch: 14,
  dim: 1280,
  depth: 32,
  heads: 16,
  pooling: 'patches',
})
/** 224 by 224 pixels, 304.8 million parameters. */
export const MAE_vit_large_patch16: Factory = /* @__PURE__ */ define('MAE_vit_large_patch16', { ...large, patch: 16 })
/** 224 by 224 pixels, 87.0 million parameters. */
export const MAE_vit_base_patch16: Factory = /* @__PURE__ */ define('MAE_vit_base_patch16', { ...base, patch: 16 })

import { avgPool, inOrder, type Module, module, relu } from '@clas/nn'
import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { legacyResNet } from '../blocks/legacy-resnet.ts'
import { shortcut } from '../blocks/residual.ts'
import type { ResidualPlace } from '../blocks/residual-places.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * Res2Net (Gao et al. 2019, arXiv 1904.01169): in place of the 3x3 convolution of a bottleneck, one for each of several
 * parts of the channels, whose output is added to the next part. "vd" (He et al. 2019, arXiv 1812.01187) has a stem of three
 * 3x3 convolutions and an average pooling before the convolution of a shortcut.
 */
export type Res2NetOptions = ModelOptions

type Factory = (options?: Res2NetOptions) => Model

const DEPTHS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 200: [3, 12, 48, 3] } as const

/** Parts of the channels, and the channels of a part in the first stage. */
interface Split {
  readonly scales: number
  readonly width: number
}

const res2Net =
  (depth: keyof typeof DEPTHS, variant: 'vb' | 'vd', { scales, width }: Split): Factory =>
  (options = {}) => {
    const vd = variant === 'vd'
    return legacyResNet(
      {
        name: `Res2Net${depth}${vd ? '_vd' : ''}_${width}w_${scales}s`,
        type: 'Res2Net',
        stem: vd ? [32, 32, 64] : [64],
        stemKey: 'conv1',
        depths: DEPTHS[depth],
        block: (place) =>
          block(place, { scales, width: width * 2 ** place.stage }, { pooled: vd, key: blockKey(place, depth) }),
      },
      options,
    )
  }

/** Blocks are lettered (2a, 2b, 2c), but for those of the long stage of a deeper network (4a, 4b1, 4b2). */
function blockKey({ stage, index }: ResidualPlace, depth: number): string {
  if (depth > 50 && stage === 2) return `res4${index === 0 ? 'a' : `b${index}`}`
  return `res${stage + 2}${'abcdefghijklmnop'[index]}`
}

function block(
  place: ResidualPlace,
  { scales, width }: Split,
  { pooled, key }: { readonly pooled: boolean; readonly key: string },
): Module {
  const { inChannels, outChannels, stride } = place
  const keys = Array.from({ length: scales - 1 }, (_, i) => `${key}_branch2b_${i + 1}`)
  const convolutions: Record<string, Module> = {}
  for (const key of keys) convolutions[key] = convBatchNorm(width, width, 3, { stride, activation: relu })
  const short = shortcut(place, { convBn: convBatchNorm, pooled })
  return module(
    {
      conv0: convBatchNorm(inChannels, scales * width, 1, { activation: relu }),
      ...convolutions,
      conv2: convBatchNorm(scales * width, outChannels, 1),
      ...short,
    },
    (parts, x) => {
      const pieces = split(inOrder(parts, ['conv0'], x), scales, 3)
      const last = pieces[scales - 1] as Tensor
      const outputs: Tensor[] = []
      for (const [i, key] of keys.entries()) {
        const piece = pieces[i] as Tensor
        const before = outputs.at(-1)
        // Where the picture shrinks, parts do not meet: the one before is smaller already.
        outputs.push(inOrder(parts, [key], before && stride === 1 ? add(piece, before) : piece))
      }
      outputs.push(stride === 1 ? last : avgPool(last, 3, { stride, padding: 1 }))
      return relu(add(inOrder(parts, Object.keys(short), x), inOrder(parts, ['conv2'], concat(outputs, 3))))
    },
    'residual',
  )
}

/** 224 by 224 pixels, 25.7 million parameters, published top-1 79.33 %. */
export const Res2Net50_26w_4s: Factory = /* @__PURE__ */ res2Net(50, 'vb', { width: 26, scales: 4 })
/** 224 by 224 pixels, 25.1 million parameters, published top-1 79.46 %. */
export const Res2Net50_14w_8s: Factory = /* @__PURE__ */ res2Net(50, 'vb', { width: 14, scales: 8 })
/** 224 by 224 pixels, 25.7 million parameters, published top-1 79.75 %. */
export const Res2Net50_vd_26w_4s: Factory = /* @__PURE__ */ res2Net(50, 'vd', { width: 26, scales: 4 })
/** 224 by 224 pixels, 45.2 million parameters, published top-1 80.64 %. */
export const Res2Net101_vd_26w_4s: Factory = /* @__PURE__ */ res2Net(101, 'vd', { width: 26, scales: 4 })
/** 224 by 224 pixels, 76.2 million parameters, published top-1 81.21 %. */
export const Res2Net200_vd_26w_4s: Factory = /* @__PURE__ */ res2Net(200, 'vd', { width: 26, scales: 4 })

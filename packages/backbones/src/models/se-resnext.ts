import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { legacyResNet } from '../blocks/legacy-resnet.ts'
import { bottleneck } from '../blocks/residual.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * ResNeXt (Xie et al. 2017, arXiv 1611.05431) with squeeze and excitation in each block (Hu et al. 2018, arXiv 1709.01507).
 * "vd" (He et al. 2019, arXiv 1812.01187) has an average pooling before the convolution of a shortcut; SENet154 is the one of
 * 152 layers and 64 groups.
 */
export type SEResNeXtOptions = ModelOptions

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  /** Groups of the 3x3 convolutions. */
  readonly cardinality: 32 | 64
  readonly stem: readonly [64] | readonly [64, 64, 128]
  /** Whether a shortcut has an average pooling before its convolution; default false. */
  readonly pooled?: boolean
}

type Factory = (options?: SEResNeXtOptions) => Model

const seResNeXt =
  (name: string, { depths, cardinality, stem, pooled = false }: Architecture): Factory =>
  (options = {}) =>
    legacyResNet(
      {
        name,
        type: 'SE_ResNeXt',
        stem,
        depths,
        block: (place) =>
          bottleneck(place, {
            convBn: convBatchNorm,
            // 4 channels in each group of the first stage, twice as many in each further one
            width: 4 * cardinality * 2 ** place.stage,
            groups: cardinality,
            pooled,
            excited: true,
          }),
      },
      options,
    )

/** 224 by 224 pixels, 27.6 million parameters, published top-1 78.44 %. */
export const SE_ResNeXt50_32x4d: Factory = /* @__PURE__ */ seResNeXt('SE_ResNeXt50_32x4d', {
  depths: [3, 4, 6, 3],
  cardinality: 32,
  stem: [64],
})
/** 224 by 224 pixels, 49.0 million parameters, published top-1 79.39 %. */
export const SE_ResNeXt101_32x4d: Factory = /* @__PURE__ */ seResNeXt('SE_ResNeXt101_32x4d', {
  depths: [3, 4, 23, 3],
  cardinality: 32,
  stem: [64],
})
/** 224 by 224 pixels, 121.7 million parameters. */
export const SE_ResNeXt152_64x4d: Factory = /* @__PURE__ */ seResNeXt('SE_ResNeXt152_64x4d', {
  depths: [3, 8, 36, 3],
  cardinality: 64,
  stem: [64, 64, 128],
})
/** 224 by 224 pixels, 27.7 million parameters, published top-1 80.24 %. */
export const SE_ResNeXt50_vd_32x4d: Factory = /* @__PURE__ */ seResNeXt('SE_ResNeXt50_vd_32x4d', {
  depths: [3, 4, 6, 3],
  cardinality: 32,
  stem: [64, 64, 128],
  pooled: true,
})
/** 224 by 224 pixels, 121.7 million parameters, published top-1 81.40 %. */
export const SENet154_vd: Factory = /* @__PURE__ */ seResNeXt('SENet154_vd', {
  depths: [3, 8, 36, 3],
  cardinality: 64,
  stem: [64, 64, 128],
  pooled: true,
})

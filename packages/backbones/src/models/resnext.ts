import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { legacyResNet } from '../blocks/legacy-resnet.ts'
import { bottleneck } from '../blocks/residual.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * ResNeXt (Xie et al. 2017, arXiv 1611.05431): bottlenecks whose 3x3 convolution is split in 32 or 64 groups. "vd" (He et al.
 * 2019, arXiv 1812.01187) has a stem of three 3x3 convolutions and an average pooling before the convolution of a shortcut.
 */
export type ResNeXtOptions = ModelOptions

type Factory = (options?: ResNeXtOptions) => Model

const DEPTHS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const

const define =
  (layers: keyof typeof DEPTHS, groups: 32 | 64, variant: 'vb' | 'vd'): Factory =>
  (options = {}) =>
    legacyResNet(
      {
        name: `ResNeXt${layers}_${variant === 'vd' ? 'vd_' : ''}${groups}x4d`,
        type: 'ResNeXt',
        stem: variant === 'vd' ? [32, 32, 64] : [64],
        depths: DEPTHS[layers],
        block: (place) =>
          bottleneck(place, {
            convBn: convBatchNorm,
            // 4 channels in each group of the first stage, twice as many in each further one
            width: 4 * groups * 2 ** place.stage,
            groups,
            pooled: variant === 'vd',
          }),
      },
      options,
    )

/** 224 by 224 pixels, 25.0 million parameters, published top-1 77.75 %. */
export const ResNeXt50_32x4d: Factory = /* @__PURE__ */ define(50, 32, 'vb')
/** 224 by 224 pixels, 45.2 million parameters, published top-1 78.43 %. */
export const ResNeXt50_64x4d: Factory = /* @__PURE__ */ define(50, 64, 'vb')
/** 224 by 224 pixels, 44.2 million parameters, published top-1 78.65 %. */
export const ResNeXt101_32x4d: Factory = /* @__PURE__ */ define(101, 32, 'vb')
/** 224 by 224 pixels, 83.5 million parameters, published top-1 78.35 %. */
export const ResNeXt101_64x4d: Factory = /* @__PURE__ */ define(101, 64, 'vb')
/** 224 by 224 pixels, 60.0 million parameters, published top-1 78.98 %. */
export const ResNeXt152_32x4d: Factory = /* @__PURE__ */ define(152, 32, 'vb')
/** 224 by 224 pixels, 115.0 million parameters, published top-1 79.51 %. */
export const ResNeXt152_64x4d: Factory = /* @__PURE__ */ define(152, 64, 'vb')
/** 224 by 224 pixels, 25.0 million parameters, published top-1 79.56 %. */
export const ResNeXt50_vd_32x4d: Factory = /* @__PURE__ */ define(50, 32, 'vd')
/** 224 by 224 pixels, 45.2 million parameters, published top-1 80.12 %. */
export const ResNeXt50_vd_64x4d: Factory = /* @__PURE__ */ define(50, 64, 'vd')
/** 224 by 224 pixels, 44.2 million parameters, published top-1 80.33 %. */
export const ResNeXt101_vd_32x4d: Factory = /* @__PURE__ */ define(101, 32, 'vd')
/** 224 by 224 pixels, 83.5 million parameters, published top-1 80.78 %. */
export const ResNeXt101_vd_64x4d: Factory = /* @__PURE__ */ define(101, 64, 'vd')
/** 224 by 224 pixels, 60.0 million parameters, published top-1 80.72 %. */
export const ResNeXt152_vd_32x4d: Factory = /* @__PURE__ */ define(152, 32, 'vd')
/** 224 by 224 pixels, 115.0 million parameters, published top-1 81.08 %. */
export const ResNeXt152_vd_64x4d: Factory = /* @__PURE__ */ define(152, 64, 'vd')

import { flatten, globalAvgPool, linear, maxPool, module, relu, sequential, uniform } from '@clas/nn'
import { convBn } from '../blocks/conv-bn.ts'
import { basicBlock, bottleneck } from '../blocks/residual.ts'
import { residualPlaces } from '../blocks/residual-places.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * ResNet (He et al. 2016, arXiv 1512.03385). Its bottlenecks have their stride in the first 1x1 convolution ("va"). Where
 * no variant is named it is in the 3x3 one ("vb"); "vd" (He et al. 2019, arXiv 1812.01187) has besides a stem of three 3x3
 * convolutions and an average pooling before the convolution of a shortcut.
 */
export interface ResNetOptions extends ModelOptions {
  /** Of the stem, the max pooling and the last three stages; default [2, 2, 2, 2, 2]. Smaller for small pictures. */
  readonly strides?: readonly [number, number, number, number, number]
}

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  readonly block: 'basic' | 'bottleneck'
}

const ARCHITECTURES = {
  18: { depths: [2, 2, 2, 2], block: 'basic' },
  34: { depths: [3, 4, 6, 3], block: 'basic' },
  50: { depths: [3, 4, 6, 3], block: 'bottleneck' },
  101: { depths: [3, 4, 23, 3], block: 'bottleneck' },
  152: { depths: [3, 8, 36, 3], block: 'bottleneck' },
  200: { depths: [3, 12, 48, 3], block: 'bottleneck' },
} as const satisfies Readonly<Record<number, Architecture>>

type Variant = 'va' | 'vb' | 'vd'
type Factory = (options?: ResNetOptions) => Model

const resNet =
  (depth: keyof typeof ARCHITECTURES, variant: Variant): Factory =>
  ({ classes = 1000, inChannels = 3, strides = [2, 2, 2, 2, 2] } = {}) => {
    const { depths, block }: Architecture = ARCHITECTURES[depth]
    const stem =
      variant === 'vd'
        ? [
            convBn(inChannels, 32, 3, { stride: strides[0], activation: relu }),
            convBn(32, 32, 3, { activation: relu }),
            convBn(32, 64, 3, { activation: relu }),
          ]
        : [convBn(inChannels, 64, 7, { stride: strides[0], activation: relu })]
    const channels = [64, 128, 256, 512].map((width) => (block === 'basic' ? width : 4 * width))
    const features = channels[3] as number
    const places = residualPlaces({ depths, inChannels: 64, channels, strides: [1, ...strides.slice(2)] })
    const pooled = variant === 'vd'
    const blocks = places.map((place) =>
      block === 'basic'
        ? basicBlock(place, { convBn, pooled })
        : bottleneck(place, { convBn, pooled, strided: variant === 'va' ? '1x1' : '3x3' }),
    )
    const root = module(
      {
        stem: sequential(stem),
        blocks: sequential(blocks),
        avg_pool: module({}, (_, x) => globalAvgPool(x), 'globalAvgPool'),
        fc: linear(features, classes, { initializer: uniform(1 / Math.sqrt(features)) }),
      },
      ({ stem, blocks, avg_pool, fc }, x) =>
        fc(flatten(avg_pool(blocks(maxPool(stem(x), 3, { stride: strides[1], padding: 1 }))))),
      'ResNet',
    )
    return {
      ...root,
      name: `ResNet${depth}${variant === 'vb' ? '' : `_${variant}`}`,
      inputSize: 224,
      classes,
      stages: depths.map((_, stage) => `blocks.${places.findLastIndex((place) => place.stage === stage)}`),
      classifier: 'fc',
      preprocessing: imagenetPreprocessing,
    }
  }

/** 224 by 224 pixels, 11.7 million parameters, published top-1 70.98 %. */
export const ResNet18: Factory = /* @__PURE__ */ resNet(18, 'vb')
/** 224 by 224 pixels, 21.8 million parameters, published top-1 74.57 %. */
export const ResNet34: Factory = /* @__PURE__ */ resNet(34, 'vb')
/** 224 by 224 pixels, 25.6 million parameters, published top-1 76.50 %. */
export const ResNet50: Factory = /* @__PURE__ */ resNet(50, 'vb')
/** 224 by 224 pixels, 44.5 million parameters, published top-1 77.56 %. */
export const ResNet101: Factory = /* @__PURE__ */ resNet(101, 'vb')
/** 224 by 224 pixels, 60.2 million parameters, published top-1 78.26 %. */
export const ResNet152: Factory = /* @__PURE__ */ resNet(152, 'vb')
/** 224 by 224 pixels, 25.6 million parameters. */
export const ResNet50_va: Factory = /* @__PURE__ */ resNet(50, 'va')
/** 224 by 224 pixels, 44.5 million parameters. */
export const ResNet101_va: Factory = /* @__PURE__ */ resNet(101, 'va')
/** 224 by 224 pixels, 60.2 million parameters. */
export const ResNet152_va: Factory = /* @__PURE__ */ resNet(152, 'va')
/** 224 by 224 pixels, 11.7 million parameters, published top-1 72.26 %. */
export const ResNet18_vd: Factory = /* @__PURE__ */ resNet(18, 'vd')
/** 224 by 224 pixels, 21.8 million parameters, published top-1 75.98 %. */
export const ResNet34_vd: Factory = /* @__PURE__ */ resNet(34, 'vd')
/** 224 by 224 pixels, 25.6 million parameters, published top-1 79.12 %. */
export const ResNet50_vd: Factory = /* @__PURE__ */ resNet(50, 'vd')
/** 224 by 224 pixels, 44.6 million parameters, published top-1 80.17 %. */
export const ResNet101_vd: Factory = /* @__PURE__ */ resNet(101, 'vd')
/** 224 by 224 pixels, 60.2 million parameters, published top-1 80.59 %. */
export const ResNet152_vd: Factory = /* @__PURE__ */ resNet(152, 'vd')
/** 224 by 224 pixels, 74.7 million parameters, published top-1 80.93 %. */
export const ResNet200_vd: Factory = /* @__PURE__ */ resNet(200, 'vd')

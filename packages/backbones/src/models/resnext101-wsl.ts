import { flatten, globalAvgPool, inOrder, linear, type Module, maxPool, module, relu } from '@clas/nn'
import { type ConvBnOptions, convBn } from '../blocks/conv-bn.ts'
import { residual } from '../blocks/residual.ts'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * ResNeXt101 with 32 groups of 8 to 48 channels, pre-trained on hashtags (Mahajan et al. 2018, arXiv 1805.00932: weakly
 * supervised learning).
 */
export type ResNeXt101WSLOptions = ModelOptions

type Factory = (options?: ResNeXt101WSLOptions) => Model

const CARDINALITY = 32
const DEPTHS = [3, 4, 23, 3] as const
const CHANNELS = [256, 512, 1024, 2048] as const

/** @param width - channels in each group of the first stage, twice as many in each further one */
const resNeXt101WSL =
  (width: number): Factory =>
  ({ classes = 1000, inChannels = 3 } = {}) => {
    const blocks: Record<string, Module> = {}
    for (const place of residualPlaces({ depths: DEPTHS, inChannels: 64, channels: CHANNELS })) {
      blocks[`_conv${place.stage + 1}_${place.index}`] = bottleneck(place, CARDINALITY * width * 2 ** place.stage)
    }
    const root = module(
      {
        _conv_stem: conv(inChannels, 64, 7, { stride: 2, activation: relu }),
        ...blocks,
        _out: linear(CHANNELS[3], classes),
      },
      ({ _conv_stem, _out, ...parts }, x) => {
        const stem = maxPool(_conv_stem(x), 3, { stride: 2, padding: 1 })
        return _out(flatten(globalAvgPool(inOrder(parts, Object.keys(blocks), stem))))
      },
      'ResNeXt',
    )
    return {
      ...root,
      name: `ResNeXt101_32x${width}d_wsl`,
      inputSize: 224,
      classes,
      stages: DEPTHS.map((depth, stage) => `_conv${stage + 1}_${depth - 1}`),
      classifier: '_out',
      preprocessing: imagenetPreprocessing,
    }
  }

function bottleneck({ index, inChannels, outChannels, stride }: ResidualPlace, width: number): Module {
  const branch = {
    _conv0: conv(inChannels, width, 1, { activation: relu }),
    _conv1: conv(width, width, 3, { stride, groups: CARDINALITY, activation: relu }),
    _conv2: conv(width, outChannels, 1),
  }
  if (index > 0) return residual(branch)
  const projection = conv(inChannels, outChannels, 1, { stride })
  return residual(branch, { _short: module({ _conv: projection }, ({ _conv }, x) => _conv(x), 'shortcut') })
}

function conv(inChannels: number, outChannels: number, size: number, options: ConvBnOptions = {}): Module {
  return convBn(inChannels, outChannels, size, { ...options, keys: ['_conv', '_bn'] })
}

/** 224 by 224 pixels, 88.8 million parameters, published top-1 82.55 %. */
export const ResNeXt101_32x8d_wsl: Factory = /* @__PURE__ */ resNeXt101WSL(8)
/** 224 by 224 pixels, 194.0 million parameters, published top-1 84.24 %. */
export const ResNeXt101_32x16d_wsl: Factory = /* @__PURE__ */ resNeXt101WSL(16)
/** 224 by 224 pixels, 468.5 million parameters, published top-1 84.97 %. */
export const ResNeXt101_32x32d_wsl: Factory = /* @__PURE__ */ resNeXt101WSL(32)
/** 224 by 224 pixels, 828.4 million parameters, published top-1 85.37 %. */
export const ResNeXt101_32x48d_wsl: Factory = /* @__PURE__ */ resNeXt101WSL(48)

import {
  avgPool,
  batchNorm,
  conv2d,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  matMul,
  maxPool,
  module,
  relu,
  sequential,
} from '@clas/nn'
import { add, concat, pad, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * RedNet (Li et al. 2021, arXiv 2103.06255): ResNet with involutions, whose kernels each place makes of its own features, in
 * place of the 3x3 convolutions.
 */
export type RedNetOptions = ModelOptions

type Depths = readonly [number, number, number, number]
type Factory = (options?: RedNetOptions) => Model

const CHANNELS = [256, 512, 1024, 2048] as const
const STEM = 64
/** Channels that share a kernel. */
const GROUP = 16

const redNet =
  (name: string, depths: Depths): Factory =>
  ({ classes = 1000, inChannels = 3 } = {}) => {
    const places = residualPlaces({ depths, inChannels: STEM, channels: CHANNELS })
    const stage = (index: number): Module => sequential(places.filter(({ stage }) => stage === index).map(bottleneck))
    const root = module(
      {
        layer1: stage(0),
        layer2: stage(1),
        layer3: stage(2),
        layer4: stage(3),
        fc: linear(CHANNELS[3], classes),
        stem: sequential([
          convBn(inChannels, STEM / 2, 3, { stride: 2, activation: relu }),
          involution(STEM / 2, { size: 3, stride: 1 }),
          batchNorm(STEM / 2),
          relu,
          convBn(STEM / 2, STEM, 3, { activation: relu }),
        ]),
      },
      ({ stem, layer1, layer2, layer3, layer4, fc }, x) => {
        const pooled = maxPool(stem(x), 3, { stride: 2, padding: 1 })
        return fc(flatten(globalAvgPool(layer4(layer3(layer2(layer1(pooled)))))))
      },
      'RedNet',
    )
    return {
      ...root,
      name,
      inputSize: 224,
      classes,
      stages: ['layer1', 'layer2', 'layer3', 'layer4'],
      classifier: 'fc',
      preprocessing: imagenetPreprocessing,
    }
  }

function bottleneck({ index, inChannels, outChannels, stride }: ResidualPlace): Module {
  const width = outChannels / 4
  const projection = [conv2d(inChannels, outChannels, 1, { stride, bias: false }), batchNorm(outChannels)]
  return module(
    {
      conv1: conv2d(inChannels, width, 1, { bias: false }),
      bn1: batchNorm(width),
      conv2: involution(width, { size: 7, stride }),
      bn2: batchNorm(width),
      conv3: conv2d(width, outChannels, 1, { bias: false }),
      bn3: batchNorm(outChannels),
      ...(index === 0 ? { downsample: sequential(projection) } : {}),
    },
    ({ conv1, bn1, conv2, bn2, conv3, bn3, downsample }, x) => {
      const branch = bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x))))))))
      return relu(add(branch, downsample?.(x) ?? x))
    },
    'residual',
  )
}

interface Window {
  readonly size: number
  readonly stride: number
}

/** Keys: `conv1`, `conv2`, the two layers that make the kernels. */
function involution(channels: number, { size, stride }: Window): Module {
  const groups = channels / GROUP
  const taps = size ** 2
  const wide = conv2d(channels / 4, taps * groups, 1)
  return module(
    {
      conv1: convBn(channels, channels / 4, 1, { activation: relu }),
      conv2: module({ conv: wide }, ({ conv }, x) => conv(x), 'kernels'),
    },
    ({ conv1, conv2 }, x) => {
      // [batch, height', width', groups * taps]
      const kernels = conv2(conv1(stride === 1 ? x : avgPool(x, stride, { padding: 'same' })))
      const [batch = 1, height = 1, width = 1] = kernels.shape
      const places = batch * height * width * groups
      const neighbours = reshape(unfold(x, { size, stride }, groups), [places, taps, GROUP])
      const mixed = matMul(reshape(kernels, [places, 1, taps]), neighbours)
      return reshape(mixed, [batch, height, width, channels])
    },
    'involution',
  )
}

/**
 * The neighbours of each place, in the order of the taps of a kernel: [batch, height, width, channels] to [batch, height' *
 * width' * groups, taps, channels / groups], zero outside of the picture.
 */
function unfold(x: Tensor, { size, stride }: Window, groups: number): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const margin = (size - 1) / 2
  const around: [number, number] = [margin, margin]
  const padded = pad(x, [[0, 0], around, around, [0, 0]])
  const rows = Math.ceil(height / stride)
  const columns = Math.ceil(width / stride)
  const reach = [batch, (rows - 1) * stride + 1, (columns - 1) * stride + 1, channels]
  const taps = Array.from({ length: size ** 2 }, (_, tap) => {
    const shifted = slice(padded, [0, Math.floor(tap / size), tap % size, 0], reach)
    const taken = stride === 1 ? shifted : maxPool(shifted, 1, { stride })
    return reshape(taken, [batch, rows * columns * groups, 1, channels / groups])
  })
  return concat(taps, 2)
}

/** 224 by 224 pixels, 9.2 million parameters, published top-1 75.95 %. */
export const RedNet26: Factory = /* @__PURE__ */ redNet('RedNet26', [1, 2, 4, 1])
/** 224 by 224 pixels, 12.4 million parameters, published top-1 77.47 %. */
export const RedNet38: Factory = /* @__PURE__ */ redNet('RedNet38', [2, 3, 5, 2])
/** 224 by 224 pixels, 15.5 million parameters, published top-1 78.33 %. */
export const RedNet50: Factory = /* @__PURE__ */ redNet('RedNet50', [3, 4, 6, 3])
/** 224 by 224 pixels, 25.7 million parameters, published top-1 78.94 %. */
export const RedNet101: Factory = /* @__PURE__ */ redNet('RedNet101', [3, 4, 23, 3])
/** 224 by 224 pixels, 34.0 million parameters, published top-1 79.17 %. */
export const RedNet152: Factory = /* @__PURE__ */ redNet('RedNet152', [3, 8, 36, 3])

import { flatten, globalAvgPool, inOrder, linear, type Module, module, relu, uniform } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** DarkNet, the backbone of YOLOv3 (Redmon and Farhadi 2018, arXiv 1804.02767), with relu in place of leaky relu. */
export type DarkNetOptions = ModelOptions

/** Blocks of each stage. */
const DEPTHS = [1, 2, 8, 8, 4] as const
const STEM = 32

/** 256 by 256 pixels, 41.6 million parameters, published top-1 78.00 %. */
export function DarkNet53({ classes = 1000, inChannels = 3 }: DarkNetOptions = {}): Model {
  let channels = STEM
  const layers: Record<string, Module> = { _conv1: convolution(inChannels, STEM, 3) }
  for (const [stage, depth] of DEPTHS.entries()) {
    const name = stage === 0 ? '_conv2' : `_downsample_${stage - 1}`
    layers[name] = convolution(channels, 2 * channels, 3, 2)
    channels *= 2
    for (let i = 1; i <= depth; i++) layers[`_basic_block_${stage}${i}`] = basicBlock(channels)
  }
  const root = module(
    { ...layers, _out: linear(channels, classes, { initializer: uniform(1 / Math.sqrt(channels)) }) },
    (parts, x) => parts._out(flatten(globalAvgPool(inOrder(parts, Object.keys(layers), x)))),
    'DarkNet',
  )
  return {
    ...root,
    name: 'DarkNet53',
    inputSize: 256,
    classes,
    stages: DEPTHS.map((depth, stage) => `_basic_block_${stage}${depth}`).slice(1),
    classifier: '_out',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 292 },
  }
}

function basicBlock(channels: number): Module {
  return module(
    { _conv1: convolution(channels, channels / 2, 1), _conv2: convolution(channels / 2, channels, 3) },
    ({ _conv1, _conv2 }, x) => add(x, _conv2(_conv1(x))),
    'basicBlock',
  )
}

function convolution(inChannels: number, outChannels: number, size: number, stride = 1): Module {
  return convBn(inChannels, outChannels, size, { stride, activation: relu, keys: ['_conv', '_bn'] })
}

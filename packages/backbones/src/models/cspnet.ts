import { flatten, globalAvgPool, leakyRelu, linear, type Module, module, sequential } from '@clas/nn'
import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** CSPNet (Wang et al. 2019, arXiv 1911.11929): half of the channels passes a stage's blocks by. */
export type CSPNetOptions = ModelOptions

interface Stage {
  readonly width: number
  readonly depth: number
  /** Width before it is halved, between the stage's convolutions, in units of `width`. */
  readonly expansion: number
  /** Width of a block's first convolution, in units of what the block gives. */
  readonly bottleneck: number
}

const STEM = 32
const STAGES: readonly Stage[] = [
  { width: 64, depth: 1, expansion: 2, bottleneck: 0.5 },
  { width: 128, depth: 2, expansion: 1, bottleneck: 1 },
  { width: 256, depth: 8, expansion: 1, bottleneck: 1 },
  { width: 512, depth: 8, expansion: 1, bottleneck: 1 },
  { width: 1024, depth: 4, expansion: 1, bottleneck: 1 },
]

/** 256 by 256 pixels, 27.6 million parameters, published top-1 77.25 %. */
export function CSPDarkNet53({ classes = 1000, inChannels = 3 }: CSPNetOptions = {}): Model {
  let channels = STEM
  const stages = STAGES.map((stage) => {
    const before = channels
    channels = stage.width
    return crossStage(before, stage)
  })
  const root = module(
    {
      stem: module({ conv1: convolution(inChannels, STEM, 3) }, ({ conv1 }, x) => conv1(x)),
      stages: sequential(stages),
      fc: linear(channels, classes),
    },
    ({ stem, stages, fc }, x) => fc(flatten(globalAvgPool(stages(stem(x))))),
    'CSPNet',
  )
  return {
    ...root,
    name: 'CSPDarkNet53',
    inputSize: 256,
    classes,
    stages: [1, 2, 3, 4].map((i) => `stages.${i}`),
    classifier: 'fc',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 288 },
  }
}

function crossStage(inChannels: number, { width, depth, expansion, bottleneck }: Stage): Module {
  const expanded = width * expansion
  const half = expanded / 2
  return module(
    {
      conv_down: convolution(inChannels, width, 3, 2),
      conv_exp: convolution(width, expanded, 1),
      blocks: sequential(Array.from({ length: depth }, () => darkBlock(half, half * bottleneck))),
      conv_transition_b: convolution(half, half, 1),
      conv_transition: convolution(expanded, width, 1),
    },
    ({ conv_down, conv_exp, blocks, conv_transition_b, conv_transition }, x) => {
      const [passing, branch] = split(conv_exp(conv_down(x)), 2, 3) as [Tensor, Tensor]
      return conv_transition(concat([passing, conv_transition_b(blocks(branch))], 3))
    },
    'crossStage',
  )
}

function darkBlock(channels: number, hidden: number): Module {
  return module(
    { conv1: convolution(channels, hidden, 1), conv2: convolution(hidden, channels, 3) },
    ({ conv1, conv2 }, x) => add(conv2(conv1(x)), x),
    'darkBlock',
  )
}

function convolution(inChannels: number, outChannels: number, size: number, stride = 1): Module {
  return convBn(inChannels, outChannels, size, { stride, activation: (x) => leakyRelu(x) })
}

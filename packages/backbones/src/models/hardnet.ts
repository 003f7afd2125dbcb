import {
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu6,
  sequential,
} from '@clas/nn'
import { concat, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { convNorm } from '../blocks/conv-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * HarDNet (Chao et al. 2019, arXiv 1909.00948): layer i is given the outputs 1, 2, 4, … layers before it, as far as
 * these powers of two divide i. In the "ds" ones a layer is a pointwise and a depthwise convolution.
 */
export interface HarDNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default as published, 0.05 to 0.2. */
  readonly dropout?: number
}

interface Architecture {
  readonly stem: readonly [number, number]
  /** Of each block: layers, growth, width of the 1x1 convolution after it, whether it is halved after that. */
  readonly blocks: readonly (readonly [depth: number, growth: number, width: number, halved: boolean])[]
  /** By what the growth is multiplied for each power of two that divides a layer's number. */
  readonly multiplier: number
  readonly depthwise: boolean
  readonly dropout: number
  /** After the last block; default none. */
  readonly lastBlockDropout?: number
}

function harDNet(name: string, architecture: Architecture, options: HarDNetOptions): Model {
  const { stem, blocks, depthwise, lastBlockDropout } = architecture
  const { classes = 1000, inChannels = 3, dropout: dropped = architecture.dropout } = options
  const base: Module[] = [
    convolution(inChannels, stem[0], 3, 2),
    convolution(stem[0], stem[1], depthwise ? 1 : 3),
    depthwise ? depthwiseConv(stem[1], 2) : pooling(3, 1),
  ]
  const stages: string[] = []
  let channels = stem[1]
  for (const [i, [depth, growth, width, halved]] of blocks.entries()) {
    const last = i === blocks.length - 1
    const links = Array.from({ length: depth }, (_, layer) =>
      linkOf(layer + 1, channels, growth, architecture.multiplier),
    )
    base.push(harDBlock(links, depthwise))
    if (last && lastBlockDropout !== undefined) base.push(dropout(lastBlockDropout))
    const kept = keptOf(links).reduce((sum, { outChannels }) => sum + outChannels, 0)
    base.push(convolution(kept, width, 1))
    channels = width
    if (halved || last) stages.push(`base.${base.length - 1}`)
    if (halved) base.push(depthwise ? depthwiseConv(width, 2) : pooling(2, 0))
  }
  base.push(sequential([globalAvgPool, flatten, dropout(dropped), linear(channels, classes)]))
  const root = module({ base: sequential(base) }, ({ base }, x) => base(x), 'HarDNet')
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages,
    classifier: `base.${base.length - 1}.3`,
    preprocessing: imagenetPreprocessing,
  }
}

/** A layer of a block. */
interface Link {
  /** Of layers, counted from 1; 0 is the block's input. */
  readonly inputs: readonly number[]
  readonly inChannels: number
  readonly outChannels: number
}

function linkOf(layer: number, inChannels: number, growth: number, multiplier: number): Link {
  if (layer === 0) return { inputs: [], inChannels: 0, outChannels: inChannels }
  const inputs: number[] = []
  let width = growth
  for (let distance = 1; layer % distance === 0; distance *= 2) {
    inputs.push(layer - distance)
    if (distance > 1) width *= multiplier
  }
  const linked = inputs.map((input) => linkOf(input, inChannels, growth, multiplier).outChannels)
  return {
    inputs,
    inChannels: linked.reduce((sum, channels) => sum + channels),
    outChannels: Math.floor(Math.floor(width + 1) / 2) * 2,
  }
}

/** The layers whose outputs a block gives: each second one, and the last. */
const keptOf = <T>(layers: readonly T[]): T[] => layers.filter((_, i) => i % 2 === 0 || i === layers.length - 1)

function harDBlock(links: readonly Link[], depthwise: boolean): Module {
  const layers = links.map(({ inChannels, outChannels }) =>
    depthwise ? combined(inChannels, outChannels) : convolution(inChannels, outChannels, 3),
  )
  const inner = sequential(layers)
  const forward: Module['forward'] = (parts, x) => {
    const outputs = [x]
    for (const [i, { inputs }] of links.entries()) {
      outputs.push(inOrder(parts, [String(i)], joined(inputs.map((input) => outputs[input] as Tensor))))
    }
    return joined(keptOf(outputs.slice(1)))
  }
  return module({ layers: { ...inner, forward } }, (parts, x) => parts.layers(x), 'harDBlock')
}

const joined = (maps: readonly Tensor[]): Tensor => (maps.length === 1 ? (maps[0] as Tensor) : concat([...maps], 3))

function combined(inChannels: number, outChannels: number): Module {
  return module(
    { layer1: convolution(inChannels, outChannels, 1), layer2: depthwiseConv(outChannels, 1) },
    ({ layer1, layer2 }, x) => layer2(layer1(x)),
    'combinedConv',
  )
}

function convolution(inChannels: number, outChannels: number, size: number, stride = 1): Module {
  return convNorm(inChannels, outChannels, size, { stride, activation: relu6 })
}

function depthwiseConv(channels: number, stride: number): Module {
  return convBn(channels, channels, 3, { stride, groups: channels, keys: ['dwconv', 'norm'] })
}

function pooling(size: number, padding: number): Module {
  return module({}, (_, x) => maxPool(x, size, { stride: 2, padding }), 'maxPool')
}

const hardnet39 = {
  stem: [24, 48],
  multiplier: 1.6,
  blocks: [
    [4, 16, 96, true],
    [16, 20, 320, true],
    [8, 64, 640, true],
    [4, 160, 1024, false],
  ],
} as const
const hardnet68 = {
  stem: [32, 64],
  multiplier: 1.7,
  blocks: [
    [8, 14, 128, true],
    [16, 16, 256, false],
    [16, 20, 320, true],
    [16, 40, 640, true],
    [4, 160, 1024, false],
  ],
} as const
const hardnet85 = {
  stem: [48, 96],
  multiplier: 1.7,
  blocks: [
    [8, 24, 192, true],
    [16, 24, 256, false],
    [16, 28, 320, true],
    [16, 36, 480, false],
    [16, 48, 720, true],
    [4, 256, 1280, false],
  ],
} as const

type Factory = (options?: HarDNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    harDNet(name, architecture, options)

/** 224 by 224 pixels, 3.5 million parameters, published top-1 71.33 %. */
export const HarDNet39_ds: Factory = /* @__PURE__ */ define('HarDNet39_ds', {
  ...hardnet39,
  depthwise: true,
  dropout: 0.05,
})
/** 224 by 224 pixels, 4.2 million parameters, published top-1 73.62 %. */
export const HarDNet68_ds: Factory = /* @__PURE__ */ define('HarDNet68_ds', {
  ...hardnet68,
  depthwise: true,
  dropout: 0.05,
})
/** 224 by 224 pixels, 17.6 million parameters, published top-1 75.46 %. */
export const HarDNet68: Factory = /* @__PURE__ */ define('HarDNet68', { ...hardnet68, depthwise: false, dropout: 0.1 })
/** 224 by 224 pixels, 36.7 million parameters, published top-1 77.44 %. */
export const HarDNet85: Factory = /* @__PURE__ */ define('HarDNet85', {
  ...hardnet85,
  depthwise: false,
  dropout: 0.2,
  lastBlockDropout: 0.1,
})

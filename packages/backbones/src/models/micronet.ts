import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  hardSigmoid,
  hardSwish,
  identity,
  linear,
  type Module,
  module,
  relu,
  relu6,
  sequential,
} from '@clas/nn'
import { add, concat, mul, reshape, slice, split, sub, type Tensor } from '@tensorflow/tfjs-core'
import { channelShuffle } from '../blocks/channel-shuffle.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { fanOutNormal, normal } from '../blocks/normal.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * MicroNet (Li et al. 2021, arXiv 2108.05894): convolutions split into small ones, and an activation that mixes groups
 * of channels. Its logits pass a batch normalisation and a hard swish.
 */
export interface MicroNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.05 for M0 and M1, 0.1 for M2 and M3. */
  readonly dropout?: number
}

/** stride, width, kernel, groups of the wide channels and of the last convolution, reduction of the activations */
type Numbers = readonly [number, number, number, number, number, number]
/** A depthwise convolution that makes four channels of each, then a pointwise one. */
type LiteRow = readonly ['lite', ...Numbers]
/** A pointwise, a depthwise and a pointwise convolution. */
type RegularRow = readonly ['regular', ...Numbers]
/** A pointwise convolution alone: its groups, reduction of the activation. */
type PointwiseRow = readonly ['pointwise', number, number]
type Row = LiteRow | RegularRow | PointwiseRow

interface Architecture {
  /** Channels after the first convolution of the stem, and how many the second makes of each. */
  readonly stem: readonly [number, number]
  readonly rows: readonly Row[]
  /** Of regular and pointwise rows. */
  readonly expansion: number
  readonly head: number
  readonly dropout: number
  /** Whether Dynamic Shift-Max follows the first and the last convolution of a block too. */
  readonly dynamicEnds: boolean
  readonly sums: Sums
}

/** What Dynamic Shift-Max begins as: the largest of sums of a channel and of its neighbour, by these factors. */
type Sums = readonly (readonly [number, number])[]
const ONE: Sums = [[1, 0]]

const M0: Architecture = {
  stem: [2, 2],
  rows: [
    ['lite', 2, 8, 3, 4, 2, 8],
    ['lite', 2, 12, 3, 8, 4, 8],
    ['lite', 2, 16, 5, 12, 4, 8],
    ['regular', 1, 32, 5, 4, 4, 8],
    ['regular', 2, 64, 5, 8, 8, 8],
    ['regular', 1, 96, 3, 8, 8, 16],
    ['pointwise', 12, 16],
  ],
  expansion: 4,
  head: 640,
  dropout: 0.05,
  dynamicEnds: true,
  sums: [...ONE, [1, 0]],
}

const M1: Architecture = {
  stem: [3, 2],
  rows: [
    ['lite', 2, 8, 3, 6, 2, 8],
    ['lite', 2, 16, 3, 8, 4, 8],
    ['lite', 2, 16, 5, 16, 4, 8],
    ['regular', 1, 32, 5, 4, 4, 8],
    ['regular', 2, 64, 5, 8, 8, 8],
    ['regular', 1, 96, 3, 8, 8, 16],
    ['pointwise', 12, 16],
  ],
  expansion: 6,
  head: 960,
  dropout: 0.05,
  dynamicEnds: true,
  sums: [...ONE, [1, 0]],
}

const M2: Architecture = {
  stem: [4, 2],
  rows: [
    ['lite', 2, 12, 3, 8, 4, 8],
    ['lite', 2, 16, 3, 12, 4, 8],
    ['lite', 1, 24, 3, 16, 4, 8],
    ['regular', 2, 32, 5, 6, 4, 8],
    ['regular', 1, 32, 5, 8, 4, 16],
    ['regular', 1, 64, 5, 8, 8, 16],
    ['regular', 2, 96, 5, 8, 8, 16],
    ['regular', 1, 128, 3, 12, 8, 16],
    ['pointwise', 16, 16],
  ],
  expansion: 6,
  head: 1024,
  dropout: 0.1,
  dynamicEnds: true,
  sums: [...ONE, [1, 0]],
}

const M3: Architecture = {
  stem: [4, 3],
  rows: [
    ['lite', 2, 16, 3, 12, 4, 8],
    ['lite', 2, 24, 3, 16, 4, 8],
    ['lite', 1, 24, 3, 24, 4, 8],
    ['regular', 2, 32, 5, 6, 4, 8],
    ['regular', 1, 32, 5, 8, 4, 16],
    ['regular', 1, 64, 5, 8, 8, 16],
    ['regular', 1, 80, 5, 8, 8, 16],
    ['regular', 1, 80, 5, 10, 8, 16],
    ['regular', 2, 120, 5, 10, 10, 16],
    ['regular', 1, 120, 5, 12, 10, 16],
    ['regular', 1, 144, 3, 12, 12, 16],
    ['pointwise', 12, 16],
  ],
  expansion: 6,
  head: 1024,
  dropout: 0.1,
  dynamicEnds: false,
  sums: [...ONE, [0.5, 0.5]],
}

function microNet(name: string, architecture: Architecture, options: MicroNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = architecture.dropout } = options
  const { stem, rows, head } = architecture
  let channels = stem[0] * stem[1]
  const features = [stemBlock(inChannels, stem)]
  for (const [i, row] of rows.entries()) {
    features.push(block(channels, row, i === 0, architecture))
    channels = row[0] === 'pointwise' ? channels * architecture.expansion : row[2]
  }
  const root = module(
    {
      features: sequential(features),
      classifier: sequential([linearBn(channels, head), dropout(dropped), linearBn(head, classes)]),
    },
    ({ features, classifier }, x) => classifier(hardSwish(flatten(globalAvgPool(relu6(features(x)))))),
    'MicroNet',
  )
  const strideOf = (row: Row | undefined): number => (row && row[0] !== 'pointwise' ? row[1] : 1)
  const ends = rows.flatMap((_, i) => (i === rows.length - 1 || strideOf(rows[i + 1]) > 1 ? [i + 1] : []))
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ends.map((end) => `features.${end}`),
    classifier: 'classifier.2',
    preprocessing: { ...imagenetPreprocessing, backend: 'pil' },
  }
}

function stemBlock(inChannels: number, [middle, each]: Architecture['stem']): Module {
  const layers = separable(inChannels, middle, middle * each, { kernel: 3, stride: 2 })
  const first = numbered('conv', [...layers, shuffle(middle)])
  return numbered('stem', [first, relu6])
}

function block(inChannels: number, row: Row, first: boolean, architecture: Architecture): Module {
  const { expansion, dynamicEnds: ends, sums } = architecture
  if (row[0] === 'pointwise') {
    const [, groups, reduction] = row
    const wide = inChannels * expansion
    const activation = ends ? shiftMax(wide, { groups, reduction, sums: ONE }) : identity()
    return numbered('layers', [pointwise(inChannels, wide, groups), activation])
  }
  const [kind, stride, width, kernel, groups, groupsOut, reduction] = row
  const wide = inChannels * (kind === 'lite' ? 4 : expansion)
  const dynamic = (groups: number): Module => shiftMax(wide, { groups, reduction, sums })
  const last = [
    pointwise(wide, width, groupsOut),
    ends
      ? shiftMax(width, { groups: groupsOut, reduction: reduction / (width < wide ? 2 : 1), sums: ONE })
      : identity(),
    shuffle(groupsOut),
    ends ? shuffle(width / 2) : identity(),
  ]
  // Where the ends of all blocks are dynamic, the middle of the first is not.
  const middle = !(first && ends)
  const layers =
    kind === 'lite'
      ? [
          numbered('conv', separable(inChannels, inChannels * 2, wide, { kernel, stride, groups: inChannels })),
          middle ? dynamic(groups) : relu6,
          shuffle(groups),
          middle ? shuffle(wide / 2) : identity(),
          ...last,
        ]
      : [
          pointwise(inChannels, wide, groups),
          ends ? dynamic(groups) : relu6,
          shuffle(groups),
          numbered('conv', separable(wide, wide, wide, { kernel, stride, groups: wide })),
          identity(),
          dynamic(wide / groups),
          shuffle(ends ? wide / 4 : wide / 2),
          ...last,
        ]
  const branch = numbered('layers', layers)
  if (stride > 1 || inChannels !== width) return branch
  return { ...branch, forward: (parts, x, context) => add(branch.forward(parts, x, context), x) }
}

type Layer = Module | ((x: Tensor) => Tensor)

/** Layers one after the other, under one key. */
function numbered(key: string, layers: readonly Layer[]): Module {
  return module({ [key]: sequential(layers) }, (parts, x) => (parts[key] as (x: Tensor) => Tensor)(x), 'numbered')
}

const shuffle =
  (groups: number): Layer =>
  (x) =>
    channelShuffle(x, groups)

/** A square convolution as a tall and a wide one; the wide one is depthwise. */
function separable(
  inChannels: number,
  middle: number,
  outChannels: number,
  { kernel, stride, groups = 1 }: { readonly kernel: number; readonly stride: number; readonly groups?: number },
): readonly Module[] {
  const common = { bias: false, initializer: fanOutNormal() }
  const half = (kernel - 1) / 2
  return [
    conv2d(inChannels, middle, [kernel, 1], { ...common, stride: [stride, 1], padding: [half, 0], groups }),
    batchNorm(middle),
    conv2d(middle, outChannels, [1, kernel], { ...common, stride: [1, stride], padding: [0, half], groups: middle }),
    batchNorm(outChannels),
  ]
}

function pointwise(inChannels: number, outChannels: number, groups: number): Module {
  const convolution = conv2d(inChannels, outChannels, 1, { groups, bias: false, initializer: fanOutNormal() })
  return numbered('conv', [convolution, batchNorm(outChannels)])
}

function linearBn(inFeatures: number, outFeatures: number): Module {
  const layer = linear(inFeatures, outFeatures, { initializer: normal(0.01) })
  return numbered('linear', [layer, batchNorm(outFeatures), hardSwish])
}

interface ShiftMaxOptions {
  /** A neighbour is the next channel of the next of so many groups. */
  readonly groups: number
  /** By what the channels are divided in the network that makes the factors. */
  readonly reduction: number
  readonly sums: Sums
}

/** Dynamic Shift-Max: the largest of sums of a channel and its neighbour, by factors that the picture's means give. */
function shiftMax(channels: number, { groups, reduction, sums }: ShiftMaxOptions): Module {
  const hidden = makeDivisible(Math.floor(channels / reduction), 4)
  const factors = 2 * sums.length
  const initializer = normal(0.01)
  return module(
    {
      fc: sequential([
        linear(channels, hidden, { initializer }),
        relu,
        linear(hidden, channels * factors, { initializer }),
        hardSigmoid,
      ]),
    },
    ({ fc }, x) => {
      const changes = split(mul(sub(fc(globalAvgPool(x)), 0.5), 4), factors, 3) // [batch, 1, 1, channels] each
      const neighbours = shifted(x, groups)
      const values = sums.map(([own, other], i) =>
        add(mul(x, add(changes[2 * i] as Tensor, own)), mul(neighbours, add(changes[2 * i + 1] as Tensor, other))),
      )
      return values.reduce((a, b) => add(b, relu(sub(a, b))))
    },
    'shiftMax',
  )
}

/** Each channel's neighbour, in its place. */
function shifted(x: Tensor, groups: number): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const grouped = reshape(x, [batch * height * width, groups, channels / groups])
  return reshape(rolled(rolled(grouped, 1), 2), x.shape)
}

/** The first of an axis becomes the last. */
function rolled(x: Tensor, axis: 1 | 2): Tensor {
  const length = x.shape[axis] as number
  if (length === 1) return x
  const begin = x.shape.map((_, i) => (i === axis ? 1 : 0))
  const size = (kept: number): number[] => x.shape.map((all, i) => (i === axis ? kept : all))
  return concat([slice(x, begin, size(length - 1)), slice(x, [0, 0, 0], size(1))], axis)
}

type Factory = (options?: MicroNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    microNet(name, architecture, options)

/** 224 by 224 pixels, 1.0 million parameters. */
export const MicroNet_M0: Factory = /* @__PURE__ */ define('MicroNet_M0', M0)
/** 224 by 224 pixels, 1.8 million parameters. */
export const MicroNet_M1: Factory = /* @__PURE__ */ define('MicroNet_M1', M1)
/** 224 by 224 pixels, 2.4 million parameters. */
export const MicroNet_M2: Factory = /* @__PURE__ */ define('MicroNet_M2', M2)
/** 224 by 224 pixels, 2.6 million parameters. */
export const MicroNet_M3: Factory = /* @__PURE__ */ define('MicroNet_M3', M3)

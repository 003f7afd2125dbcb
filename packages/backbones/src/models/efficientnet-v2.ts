import {
  batchNorm,
  conv2d,
  dropout,
  dropPath,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  module,
  sequential,
  sigmoid,
  swish,
  uniform,
} from '@clas/nn'
import { add, mul } from '@tensorflow/tfjs-core'
import { fanOutNormal } from '../blocks/normal.ts'
import { sameConv } from '../blocks/same-conv.ts'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'

/** EfficientNetV2 (Tan and Le 2021, arXiv 2104.00298): early blocks expand with a full 3x3 convolution. */
export interface EfficientNetV2Options extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.1 for S, which its recipe raises to 0.3 as pictures grow. */
  readonly dropout?: number
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.2. */
  readonly dropPath?: number
}

/** Kind of block, expansion, width, blocks, stride of the first */
type Row = readonly ['fused' | 'depthwise', number, number, number, 1 | 2]

interface Architecture {
  readonly name: string
  readonly stem: number
  readonly dropout: number
  readonly stages: readonly Row[]
}

const S: Architecture = {
  name: 'EfficientNetV2_S',
  stem: 24,
  dropout: 0.1,
  stages: [
    ['fused', 1, 24, 2, 1],
    ['fused', 4, 48, 4, 2],
    ['fused', 4, 64, 4, 2],
    ['depthwise', 4, 128, 6, 2],
    ['depthwise', 6, 160, 9, 1],
    ['depthwise', 6, 256, 15, 2],
  ],
}

const HEAD = 1280
const SIZE = 384

function efficientNetV2(architecture: Architecture, options: EfficientNetV2Options): Model {
  const { name, stem, stages } = architecture
  const { classes = 1000, inChannels = 3, dropout: dropped = architecture.dropout, dropPath: path = 0.2 } = options
  const depth = stages.reduce((sum, [, , , count]) => sum + count, 0)
  const blocks: Module[] = []
  const ends: number[] = []
  let channels = stem
  for (const [kind, expansion, width, count, stride] of stages) {
    for (let i = 0; i < count; i++) {
      const row = { kind, inChannels: channels, outChannels: width, expansion, stride: i === 0 ? stride : 1 } as const
      blocks.push(block(row, (path * blocks.length) / depth))
      channels = width
    }
    ends.push(blocks.length - 1)
  }
  const root = module(
    {
      _blocks: sequential(blocks),
      _stem: module(
        { _conv_stem: convolution(inChannels, stem, 3, { stride: 2 }), _norm: norm(stem) },
        ({ _conv_stem, _norm }, x) => swish(_norm(_conv_stem(x))),
        'stem',
      ),
      _head: module(
        {
          _conv_head: conv2d(channels, HEAD, 1, { bias: false, initializer: fanOutNormal() }),
          _norm: norm(HEAD),
          _dropout: dropout(dropped),
        },
        ({ _conv_head, _norm, _dropout }, x) => flatten(_dropout(globalAvgPool(swish(_norm(_conv_head(x)))))),
        'head',
      ),
      _fc: linear(HEAD, classes, { initializer: uniform(1 / Math.sqrt(classes)) }),
    },
    ({ _blocks, _stem, _head, _fc }, x) => _fc(_head(_blocks(_stem(x)))),
    'EfficientNetV2',
  )
  return {
    ...root,
    name,
    inputSize: SIZE,
    classes,
    stages: [1, 2, 4, stages.length - 1].map((stage) => `_blocks.${ends[stage]}`),
    classifier: '_fc',
    preprocessing,
  }
}

interface Block {
  readonly kind: 'fused' | 'depthwise'
  readonly inChannels: number
  readonly outChannels: number
  readonly expansion: number
  readonly stride: 1 | 2
}

function block({ kind, inChannels, outChannels, expansion, stride }: Block, dropped: number): Module {
  const make = kind === 'fused' ? fusedBranch : depthwiseBranch
  const branch = make(inChannels, outChannels, expansion, stride)
  if (stride > 1 || inChannels !== outChannels) return branch
  return module(
    { ...branch.parts, drop_path: dropPath(dropped) },
    ({ drop_path, ...parts }, x, context) => add(x, drop_path(branch.forward(parts, x, context))),
    'residual',
  )
}

/** A full 3x3 convolution that expands, and one that narrows; where nothing expands, one in all. */
function fusedBranch(inChannels: number, outChannels: number, expansion: number, stride: 1 | 2): Module {
  const expanded = inChannels * expansion
  if (expansion === 1) {
    return module(
      { _project_conv: convolution(inChannels, outChannels, 3, { stride }), _norm1: norm(outChannels) },
      ({ _project_conv, _norm1 }, x) => swish(_norm1(_project_conv(x))),
      'fusedMBConv',
    )
  }
  return module(
    {
      _expand_conv: convolution(inChannels, expanded, 3, { stride }),
      _norm0: norm(expanded),
      _project_conv: convolution(expanded, outChannels, 1),
      _norm1: norm(outChannels),
    },
    ({ _expand_conv, _norm0, _project_conv, _norm1 }, x) => _norm1(_project_conv(swish(_norm0(_expand_conv(x))))),
    'fusedMBConv',
  )
}

function depthwiseBranch(inChannels: number, outChannels: number, expansion: number, stride: 1 | 2): Module {
  const expanded = inChannels * expansion
  return module(
    {
      _expand_conv: convolution(inChannels, expanded, 1),
      _norm0: norm(expanded),
      _depthwise_conv: convolution(expanded, expanded, 3, { stride, groups: expanded }),
      _norm1: norm(expanded),
      _se: squeezeExcitation(expanded, inChannels / 4),
      _project_conv: convolution(expanded, outChannels, 1),
      _norm2: norm(outChannels),
    },
    ({ _expand_conv, _norm0, _depthwise_conv, _norm1, _se, _project_conv, _norm2 }, x) => {
      const expandedX = swish(_norm0(_expand_conv(x)))
      return _norm2(_project_conv(_se(swish(_norm1(_depthwise_conv(expandedX))))))
    },
    'mbConv',
  )
}

function squeezeExcitation(channels: number, hidden: number): Module {
  return module(
    {
      _se_reduce: convolution(channels, hidden, 1, { bias: true }),
      _se_expand: convolution(hidden, channels, 1, { bias: true }),
    },
    ({ _se_reduce, _se_expand }, x) => mul(x, sigmoid(_se_expand(swish(_se_reduce(globalAvgPool(x)))))),
    'squeezeExcitation',
  )
}

interface ConvolutionOptions {
  readonly stride?: 1 | 2
  readonly groups?: number
  readonly bias?: boolean
}

/** Under the key `_conv`. */
function convolution(
  inChannels: number,
  outChannels: number,
  kernel: number,
  options: ConvolutionOptions = {},
): Module {
  const { stride = 1, groups = 1, bias = false } = options
  const initializer = fanOutNormal({ groups })
  return module(
    { _conv: sameConv(inChannels, outChannels, kernel, { stride, groups, bias, initializer }) },
    ({ _conv }, x) => _conv(x),
    'convolution',
  )
}

const norm = (channels: number): Module => batchNorm(channels, { epsilon: 1e-3, decay: false })

const half = 128 / 255
const preprocessing: Preprocessing = {
  resizeShort: SIZE + 32,
  interpolation: 'bilinear',
  mean: [half, half, half],
  std: [half, half, half],
}

type Factory = (options?: EfficientNetV2Options) => Model
const define =
  (architecture: Architecture): Factory =>
  (options = {}) =>
    efficientNetV2(architecture, options)

/** 384 by 384 pixels, 21.5 million parameters. */
export const EfficientNetV2_S: Factory = /* @__PURE__ */ define(S)

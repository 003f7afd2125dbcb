import {
  batchNorm,
  conv2d,
  dropout,
  dropPath,
  flatten,
  globalAvgPool,
  type Initializer,
  inOrder,
  linear,
  type Module,
  module,
  sigmoid,
  swish,
} from '@clas/nn'
import { add, mul } from '@tensorflow/tfjs-core'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'
import {
  type EfficientNetRow,
  type EfficientNetScaling,
  efficientNetEnds,
  efficientNetRows,
} from './efficientnet-rows.ts'
import { makeDivisible } from './make-divisible.ts'
import { sameConv } from './same-conv.ts'

/** What the EfficientNets of PaddleClas have of their own. */
export interface EfficientNetArchitecture extends EfficientNetScaling {
  readonly name: string
  readonly size: number
  readonly preprocessing: Preprocessing
  /** Of convolutions with stride 2: as TensorFlow pads, or the same on each side. */
  readonly padding: 'same' | 'symmetric'
  /** Whether stem and head keep the widths of EfficientNetB0; default false. */
  readonly keepStemAndHead?: boolean
  /** Whether blocks have squeeze and excitation; default true. */
  readonly excited?: boolean
  /** Added to the variance; default 1e-3. */
  readonly epsilon?: number
  /** How much of the running statistics stays in each step; default 0.99. */
  readonly momentum?: number
  /** Of the classifier; default Xavier's. */
  readonly initializer?: Initializer
}

/** What can be chosen for each. */
export interface EfficientNetNetworkOptions extends ModelOptions {
  readonly dropout: number
  readonly dropPath: number
}

const STEM = 32
const LAST = 1280

/** An EfficientNet under PaddleClas's keys, in which the names of blocks end with a dot. */
export function efficientNet(architecture: EfficientNetArchitecture, options: EfficientNetNetworkOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped, dropPath: path } = options
  const { name, size, preprocessing, width, keepStemAndHead = false, initializer } = architecture
  const stem = keepStemAndHead ? STEM : makeDivisible(STEM * width)
  const last = keepStemAndHead ? LAST : makeDivisible(LAST * width)
  const rows = efficientNetRows(stem, architecture)
  const names = rows.map(({ first }, i) => `${first ? '_blocks' : 'block'}.${i}.`)
  const blocks = rows.map((row, i) => mbConv(row, (path * i) / rows.length, architecture))
  const features = module(
    {
      _conv_stem: wrapped(convBn(inChannels, stem, 3, { stride: 2 }, architecture)),
      ...Object.fromEntries(blocks.map((block, i) => [names[i] as string, block])),
    },
    (parts, x) => inOrder(parts, names, swish(parts._conv_stem(x))),
    'features',
  )
  const root = module(
    {
      _ef: features,
      _conv: convBn(rows.at(-1)?.outChannels ?? 0, last, 1, {}, architecture),
      _drop: dropout(dropped),
      _fc: linear(last, classes, initializer ? { initializer } : {}),
    },
    ({ _ef, _conv, _drop, _fc }, x) => _fc(flatten(_drop(globalAvgPool(swish(_conv(_ef(x))))))),
    'EfficientNet',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: efficientNetEnds(rows).map((end) => `_ef.${names[end]}`),
    classifier: '_fc',
    preprocessing,
  }
}

function mbConv(row: EfficientNetRow, dropped: number, architecture: EfficientNetArchitecture): Module {
  const { inChannels, outChannels, expansion, kernel, stride } = row
  const expanded = inChannels * expansion
  const branch = {
    ...(expansion > 1 ? { _ecn: wrapped(convBn(inChannels, expanded, 1, {}, architecture), swish) } : {}),
    _dcn: wrapped(convBn(expanded, expanded, kernel, { stride, groups: expanded }, architecture), swish),
    ...((architecture.excited ?? true) ? { _se: squeezeExcitation(expanded, Math.floor(inChannels / 4)) } : {}),
    _pcn: wrapped(convBn(expanded, outChannels, 1, {}, architecture)),
    drop_connect: dropPath(dropped),
  }
  const shortcut = stride === 1 && inChannels === outChannels
  const names = Object.keys(branch).filter((name) => shortcut || name !== 'drop_connect')
  return module(
    branch,
    (parts, x) => {
      const output = inOrder(parts, names, x)
      return shortcut ? add(output, x) : output
    },
    'mbConv',
  )
}

/** Keys: `_conv1._conv`, `_conv2._conv`. */
function squeezeExcitation(channels: number, hidden: number): Module {
  return module(
    { _conv1: wrapped(conv2d(channels, hidden, 1), swish), _conv2: wrapped(conv2d(hidden, channels, 1), sigmoid) },
    ({ _conv1, _conv2 }, x) => mul(x, _conv2(_conv1(globalAvgPool(x)))),
    'squeezeExcitation',
  )
}

/** Keys: `_conv._conv`, `_bn`. */
function convBn(
  inChannels: number,
  outChannels: number,
  kernel: number,
  { stride = 1, groups = 1 }: { readonly stride?: 1 | 2; readonly groups?: number },
  { padding, epsilon = 1e-3, momentum = 0.99 }: EfficientNetArchitecture,
): Module {
  const settings = { stride, groups, bias: false }
  const convolution =
    padding === 'same'
      ? sameConv(inChannels, outChannels, kernel, settings)
      : conv2d(inChannels, outChannels, kernel, { ...settings, padding: (kernel - 1) / 2 })
  return module(
    {
      _conv: wrapped(convolution),
      _bn: batchNorm(outChannels, { epsilon, momentum }),
    },
    ({ _conv, _bn }, x) => _bn(_conv(x)),
    'convBn',
  )
}

/** A module under the key `_conv`, and what comes after it. */
function wrapped(inner: Module, activation: typeof swish = (x) => x): Module {
  return module({ _conv: inner }, ({ _conv }, x) => activation(_conv(x)), 'wrapped')
}

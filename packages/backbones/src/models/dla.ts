import { conv2d, flatten, globalAvgPool, type Initializer, inOrder, type Module, maxPool, module, relu } from '@clas/nn'
import { add, concat, slice, type Tensor } from '@tensorflow/tfjs-core'
import { type ConvBnOptions, convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * DLA, deep layer aggregation (Yu et al. 2018, arXiv 1707.06484): blocks in trees, whose roots join the outputs of all
 * that lies below them.
 */
export interface DLAOptions extends ModelOptions {}

interface Architecture {
  /** Depth of the trees of the last four stages. */
  readonly levels: readonly [number, number, number, number]
  readonly widths: readonly [number, number, number, number]
  readonly block: 'basic' | 'bottleneck'
  /** Groups of a bottleneck's 3x3 convolution, and its channels in each for 64 of the width; default 1 and 64. */
  readonly groups?: number
  readonly groupWidth?: number
  /** Whether the last block's output is added in a root; default no. */
  readonly residualRoot?: boolean
}

const STEM = [16, 16, 32] as const

function dla(name: string, architecture: Architecture, { classes = 1000, inChannels = 3 }: DLAOptions): Model {
  const { levels, widths } = architecture
  let channels: number = STEM[2]
  const trees = widths.map((width, i) => {
    const before = channels
    channels = width
    const stage = { inChannels: before, outChannels: width, stride: 2, joinInput: i > 0, carried: 0 }
    return [`level${i + 2}`, tree(levels[i] as number, stage, architecture)] as const
  })
  const stages = trees.map(([stage]) => stage)
  const root = module(
    {
      base_layer: convolution(inChannels, STEM[0], 7, 1),
      level0: convolution(STEM[0], STEM[1], 3, 1),
      level1: convolution(STEM[1], STEM[2], 3, 2),
      ...Object.fromEntries(trees),
      fc: conv2d(channels, classes, 1, { initializer: normalByFanOut }),
    },
    (parts, x) => flatten(parts.fc(globalAvgPool(inOrder(parts, ['base_layer', 'level0', 'level1', ...stages], x)))),
    'DLA',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages,
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

interface TreeOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly stride: number
  /** Whether the root joins the tree's input too. */
  readonly joinInput: boolean
  /** Channels of earlier outputs that the root joins; the input is the last of them. 0: the input is all there is. */
  readonly carried: number
}

/** Of one level two blocks and their root; of more two trees, the second of which joins what the first gave. */
function tree(levels: number, options: TreeOptions, architecture: Architecture): Module {
  const { inChannels, outChannels, stride, joinInput, carried } = options
  const kept = carried + (joinInput ? inChannels : 0)
  const below = (from: number, stride: number, carried: number): Module =>
    levels === 1
      ? block(from, outChannels, stride, architecture)
      : tree(levels - 1, { inChannels: from, outChannels, stride, joinInput: false, carried }, architecture)
  return module(
    {
      ...(levels === 1 && inChannels !== outChannels ? { project: pointwise(inChannels, outChannels) } : {}),
      tree1: below(inChannels, stride, 0),
      tree2: below(outChannels, 1, kept + outChannels),
      ...(levels === 1 ? { root: join(2 * outChannels + kept, outChannels, architecture) } : {}),
    },
    ({ project, tree1, tree2, root }, input) => {
      const x = carried === 0 ? input : lastChannels(input, inChannels)
      const bottom = stride > 1 ? maxPool(x, stride, { ceil: true }) : x
      const earlier = [...(carried === 0 ? [] : [input]), ...(joinInput ? [bottom] : [])]
      if (!root) return tree2(concat([...earlier, tree1(x)], 3))
      const first = relu(add(tree1(x), project?.(bottom) ?? bottom))
      const second = relu(add(tree2(first), first))
      return root(concat([second, first, ...earlier], 3))
    },
    'tree',
  )
}

/** Joins outputs; the last block's is the first of them. */
function join(inChannels: number, outChannels: number, { residualRoot = false }: Architecture): Module {
  const { parts } = pointwise(inChannels, outChannels, ['conv', 'bn'])
  return module(
    parts,
    (bound, x) => {
      const joined = inOrder(bound, ['conv', 'bn'], x)
      if (!residualRoot) return relu(joined)
      return relu(add(joined, slice(x, [0, 0, 0, 0], [...x.shape.slice(0, 3), outChannels])))
    },
    'root',
  )
}

/** A block up to its last normalisation: the tree adds the shortcut. */
function block(inChannels: number, outChannels: number, stride: number, architecture: Architecture): Module {
  const { groups = 1, groupWidth = 64 } = architecture
  const hidden = Math.floor((Math.floor(outChannels * (groupWidth / 64)) * groups) / 2)
  const layers =
    architecture.block === 'basic'
      ? [numbered(1, inChannels, outChannels, 3, { stride }), numbered(2, outChannels, outChannels, 3)]
      : [
          numbered(1, inChannels, hidden, 1),
          numbered(2, hidden, hidden, 3, { stride, groups }),
          numbered(3, hidden, outChannels, 1),
        ]
  return module(
    Object.assign({}, ...layers.map(({ parts }) => parts)) as Module['parts'],
    (bound, x) =>
      layers.reduce((value, { keys }, i) => {
        const normalised = inOrder(bound, keys, value)
        return i < layers.length - 1 ? relu(normalised) : normalised
      }, x),
    'block',
  )
}

/** A convolution and its normalisation under the keys `conv1` and `bn1`. */
function numbered(i: number, inChannels: number, outChannels: number, size: number, options: ConvBnOptions = {}) {
  const keys = [`conv${i}`, `bn${i}`] as const
  const { parts } = convBn(inChannels, outChannels, size, { ...options, keys, initializer: normalByFanOut })
  return { keys, parts }
}

function convolution(inChannels: number, outChannels: number, size: number, stride: number): Module {
  const keys = ['0', '1'] as const
  return convBn(inChannels, outChannels, size, { stride, activation: relu, keys, initializer: normalByFanOut })
}

function pointwise(inChannels: number, outChannels: number, keys: readonly [string, string] = ['0', '1']): Module {
  return convBn(inChannels, outChannels, 1, { keys, initializer: normalByFanOut })
}

const lastChannels = (x: Tensor, count: number): Tensor =>
  slice(x, [0, 0, 0, (x.shape[3] as number) - count], [...x.shape.slice(0, 3), count])

/** Normal with deviation sqrt(2 / (taps * outputs)). */
const normalByFanOut: Initializer = ([height = 1, width = 1, inputs = 1, outputs = 1], rng) => {
  const deviation = Math.sqrt(2 / (height * width * outputs))
  return Float32Array.from({ length: height * width * inputs * outputs }, () => deviation * rng.normal())
}

const small = [64, 64, 128, 256] as const
const full = [128, 256, 512, 1024] as const
const grouped = { groups: 32, groupWidth: 4 } as const

type Factory = (options?: DLAOptions) => Model
const define =
  (name: string, architecture: Omit<Architecture, 'block'> & { readonly block?: 'basic' }): Factory =>
  (options = {}) =>
    dla(name, { block: 'bottleneck', ...architecture }, options)

/** 224 by 224 pixels, 15.7 million parameters, published top-1 76.03 %. */
export const DLA34: Factory = /* @__PURE__ */ define('DLA34', {
  levels: [1, 2, 2, 1],
  widths: [64, 128, 256, 512],
  block: 'basic',
})
/** 224 by 224 pixels, 1.3 million parameters, published top-1 63.21 %. */
export const DLA46_c: Factory = /* @__PURE__ */ define('DLA46_c', { levels: [1, 2, 2, 1], widths: small })
/** 224 by 224 pixels, 1.1 million parameters, published top-1 64.36 %. */
export const DLA46x_c: Factory = /* @__PURE__ */ define('DLA46x_c', {
  levels: [1, 2, 2, 1],
  widths: small,
  ...grouped,
})
/** 224 by 224 pixels, 22.0 million parameters, published top-1 76.10 %. */
export const DLA60: Factory = /* @__PURE__ */ define('DLA60', { levels: [1, 2, 3, 1], widths: full })
/** 224 by 224 pixels, 17.4 million parameters, published top-1 77.53 %. */
export const DLA60x: Factory = /* @__PURE__ */ define('DLA60x', { levels: [1, 2, 3, 1], widths: full, ...grouped })
/** 224 by 224 pixels, 1.3 million parameters, published top-1 66.45 %. */
export const DLA60x_c: Factory = /* @__PURE__ */ define('DLA60x_c', {
  levels: [1, 2, 3, 1],
  widths: small,
  ...grouped,
})
/** 224 by 224 pixels, 33.3 million parameters, published top-1 78.93 %. */
export const DLA102: Factory = /* @__PURE__ */ define('DLA102', {
  levels: [1, 3, 4, 1],
  widths: full,
  residualRoot: true,
})
/** 224 by 224 pixels, 26.3 million parameters, published top-1 78.10 %. */
export const DLA102x: Factory = /* @__PURE__ */ define('DLA102x', {
  levels: [1, 3, 4, 1],
  widths: full,
  ...grouped,
  residualRoot: true,
})
/** 224 by 224 pixels, 41.3 million parameters, published top-1 78.85 %. */
export const DLA102x2: Factory = /* @__PURE__ */ define('DLA102x2', {
  levels: [1, 3, 4, 1],
  widths: full,
  groups: 64,
  groupWidth: 4,
  residualRoot: true,
})
/** 224 by 224 pixels, 53.4 million parameters, published top-1 78.09 %. */
export const DLA169: Factory = /* @__PURE__ */ define('DLA169', {
  levels: [2, 3, 5, 1],
  widths: full,
  residualRoot: true,
})

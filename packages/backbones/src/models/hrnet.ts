import {
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  module,
  relu,
  sequential,
  sigmoid,
  uniform,
  upsampleNearest,
} from '@clas/nn'
import { add, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * HRNet (Wang et al. 2019, arXiv 1908.07919): maps of four sizes side by side, which exchange what they found. Sides of
 * pictures must be multiples of 32.
 */
export type HRNetOptions = ModelOptions

interface Architecture {
  /** Of the largest map; each smaller one has twice the channels. */
  readonly width: number
  /** Whether blocks weigh their channels; default false. */
  readonly excited?: boolean
}

const STEM = 64
/** Exchanges in the stages of two, three and four maps. */
const EXCHANGES = { st2: 1, st3: 4, st4: 3 } as const
/** Blocks of a map between exchanges. */
const BLOCKS = 4
/** Widths of the bottlenecks behind the last stage, and of the maps that they make. */
const HEAD = { inner: [32, 64, 128, 256], outer: [128, 256, 512, 1024] } as const
const LAST = 2048

function hrNet(name: string, { width, excited = false }: Architecture, options: HRNetOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const widths = [width, 2 * width, 4 * width, 8 * width] as const
  const down = (before: number, after: number): Module => convBn(before, after, 3, { stride: 2, activation: relu })
  const st2 = exchanges('st2', widths.slice(0, 2), excited)
  const st3 = exchanges('st3', widths.slice(0, 3), excited)
  const st4 = exchanges('st4', widths, excited)
  const bottlenecks = numbered(
    'last_cls.func_list',
    widths.map((each, i) => bottleneck(each, HEAD.inner[i] as number, true, excited)),
  )
  const downsampling = numbered(
    'cls_head_conv_list',
    HEAD.outer.slice(1).map((each) => down(each / 2, each)),
  )
  const root = module(
    {
      conv_layer1_1: down(inChannels, STEM),
      conv_layer1_2: down(STEM, STEM),
      layer1: sequential(
        Array.from({ length: BLOCKS }, (_, i) => bottleneck(i === 0 ? STEM : 4 * STEM, STEM, i === 0, excited)),
      ),
      conv_tr1_1: convBn(4 * STEM, widths[0], 3, { activation: relu }),
      conv_tr1_2: down(4 * STEM, widths[1]),
      ...st2.parts,
      conv_tr2: down(widths[1], widths[2]),
      ...st3.parts,
      conv_tr3: down(widths[2], widths[3]),
      ...st4.parts,
      ...bottlenecks,
      ...downsampling,
      conv_last: convBn(HEAD.outer[3], LAST, 1, { activation: relu }),
      fc: linear(LAST, classes, { initializer: uniform(1 / Math.sqrt(LAST)) }),
    },
    (parts, x) => {
      const first = inOrder(parts, ['conv_layer1_1', 'conv_layer1_2', 'layer1'], x)
      const two = st2.forward(parts, [parts.conv_tr1_1(first), parts.conv_tr1_2(first)])
      const three = st3.forward(parts, [...two, inOrder(parts, ['conv_tr2'], two.at(-1) as Tensor)])
      const four = st4.forward(parts, [...three, inOrder(parts, ['conv_tr3'], three.at(-1) as Tensor)])
      const merged = four
        .map((map, i) => inOrder(parts, [Object.keys(bottlenecks)[i] as string], map))
        .reduce((finer, map, i) => add(map, inOrder(parts, [Object.keys(downsampling)[i - 1] as string], finer)))
      return parts.fc(flatten(globalAvgPool(parts.conv_last(merged))))
    },
    'HRNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: st4.outputs,
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

/** Several exchanges one after the other. Their modules are parts of the root, so that all maps can pass at once. */
interface Exchanges {
  /** By the whole path. */
  readonly parts: Readonly<Record<string, Module>>
  /** Paths of the modules that give the last maps. */
  readonly outputs: readonly string[]
  /** Of maps [batch, height / 4, width / 4, channels] and smaller ones. */
  readonly forward: (bound: object, maps: readonly Tensor[]) => readonly Tensor[]
}

function exchanges(path: keyof typeof EXCHANGES, widths: readonly number[], excited: boolean): Exchanges {
  const steps = Array.from({ length: EXCHANGES[path] }, (_, i) =>
    exchange(`${path}.stage_func_list.${i}`, widths, excited),
  )
  return {
    parts: Object.fromEntries(steps.flatMap(({ parts }) => Object.entries(parts))),
    outputs: steps.at(-1)?.outputs ?? [],
    forward: (bound, maps) => steps.reduce((current, step) => step.forward(bound, current), maps),
  }
}

/** Blocks of each map, then each map is the sum of all, brought to its size. */
function exchange(path: string, widths: readonly number[], excited: boolean): Exchanges {
  const branches = numbered(
    `${path}.basic_block_list`,
    widths.map((width) => sequential(Array.from({ length: BLOCKS }, () => basicBlock(width, excited)))),
  )
  // By the map that they lead to, then by the one that they start from.
  const links = widths.map((_, to) => widths.map((_, from) => link(widths, from, to)))
  const linked = numbered(`${path}.fuse_func.residual_func_list`, links.flat(2))
  const nameOf = new Map(Object.entries(linked).map(([name, each]) => [each, name]))
  const chains = links.map((froms) => froms.map((chain) => chain.map((each) => nameOf.get(each) as string)))
  const activations = numbered(
    `${path}.fuse_func.relu`,
    widths.map(() => module({}, (_, x) => relu(x), 'relu')),
  )
  const outputs = Object.keys(activations)
  return {
    parts: { ...branches, ...linked, ...activations },
    outputs,
    forward: (bound, maps) =>
      tidy(() => {
        const found = Object.keys(branches).map((name, i) => inOrder(bound, [name], maps[i] as Tensor))
        return chains.map((froms, to) => {
          const terms = froms.map((chain, from) => {
            const term = inOrder(bound, chain, found[from] as Tensor)
            return from > to ? upsampleNearest(term, 2 ** (from - to)) : term
          })
          const sum = terms.reduce((a, b) => add(a, b))
          return inOrder(bound, [outputs[to] as string], sum)
        })
      }),
  }
}

/** What a map passes on its way to another one: convolutions that halve its size, or one that fits its channels. */
function link(widths: readonly number[], from: number, to: number): readonly Module[] {
  const [before, after] = [widths[from] as number, widths[to] as number]
  if (from > to) return [convBn(before, after, 1)]
  return Array.from({ length: to - from }, (_, i) =>
    from + i + 1 < to
      ? convBn(before, before, 3, { stride: 2, activation: relu })
      : convBn(before, after, 3, { stride: 2 }),
  )
}

function basicBlock(width: number, excited: boolean): Module {
  return residual(
    {
      conv1: convBn(width, width, 3, { activation: relu }),
      conv2: convBn(width, width, 3),
    },
    excited ? attention(width) : {},
  )
}

function bottleneck(inChannels: number, width: number, projected: boolean, excited: boolean): Module {
  return residual(
    {
      conv1: convBn(inChannels, width, 1, { activation: relu }),
      conv2: convBn(width, width, 3, { activation: relu }),
      conv3: convBn(width, 4 * width, 1),
    },
    excited ? attention(4 * width) : {},
    projected ? { conv_down: convBn(inChannels, 4 * width, 1) } : {},
  )
}

const attention = (channels: number) => ({
  se: squeezeExcitation(channels, {
    reduction: 16,
    gate: sigmoid,
    layers: 'linear',
    keys: ['fc_squeeze', 'fc_excitation'],
  }),
})

type Modules = Readonly<Record<string, Module>>

/** The branch and its attention, plus the shortcut. */
function residual(branch: Modules, attention: Modules, shortcut: Modules = {}): Module {
  return module(
    { ...branch, ...shortcut, ...attention },
    (parts, x) => {
      const output = inOrder(parts, [...Object.keys(branch), ...Object.keys(attention)], x)
      return relu(add(inOrder(parts, Object.keys(shortcut), x), output))
    },
    'residual',
  )
}

function numbered(path: string, modules: readonly Module[]): Modules {
  return Object.fromEntries(modules.map((each, i) => [`${path}.${i}`, each]))
}

type Factory = (options?: HRNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    hrNet(name, architecture, options)

/** 224 by 224 pixels, 21.3 million parameters, published top-1 76.92 %. */
export const HRNet_W18_C: Factory = /* @__PURE__ */ define('HRNet_W18_C', { width: 18 })
/** 224 by 224 pixels, 37.7 million parameters, published top-1 78.04 %. */
export const HRNet_W30_C: Factory = /* @__PURE__ */ define('HRNet_W30_C', { width: 30 })
/** 224 by 224 pixels, 41.2 million parameters, published top-1 78.28 %. */
export const HRNet_W32_C: Factory = /* @__PURE__ */ define('HRNet_W32_C', { width: 32 })
/** 224 by 224 pixels, 57.6 million parameters, published top-1 78.77 %. */
export const HRNet_W40_C: Factory = /* @__PURE__ */ define('HRNet_W40_C', { width: 40 })
/** 224 by 224 pixels, 67.1 million parameters, published top-1 79.00 %. */
export const HRNet_W44_C: Factory = /* @__PURE__ */ define('HRNet_W44_C', { width: 44 })
/** 224 by 224 pixels, 77.5 million parameters, published top-1 78.95 %. */
export const HRNet_W48_C: Factory = /* @__PURE__ */ define('HRNet_W48_C', { width: 48 })
/** 224 by 224 pixels, 114.1 million parameters. */
export const HRNet_W60_C: Factory = /* @__PURE__ */ define('HRNet_W60_C', { width: 60 })
/** 224 by 224 pixels, 128.1 million parameters, published top-1 79.30 %. */
export const HRNet_W64_C: Factory = /* @__PURE__ */ define('HRNet_W64_C', { width: 64 })
/** 224 by 224 pixels, 129.0 million parameters. */
export const SE_HRNet_W64_C: Factory = /* @__PURE__ */ define('SE_HRNet_W64_C', { width: 64, excited: true })

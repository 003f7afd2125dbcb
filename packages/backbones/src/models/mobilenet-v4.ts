import {
  attend,
  batchNorm,
  constant,
  conv2d,
  dropout,
  dropPath,
  flatten,
  gelu,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  module,
  parameter,
  relu,
  sequential,
} from '@clas/nn'
import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * MobileNetV4 (Qin et al. 2024, arXiv 2404.10518): universal inverted bottlenecks, and in the hybrid models attention
 * whose heads share keys and values.
 */
export interface MobileNetV4Options extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0. */
  readonly dropout?: number
  /** Stochastic depth of the last residual block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

/** 'conv', width, kernel */
type ConvRow = readonly ['conv', number, number]
/** 'fused', width, expanded width, kernel */
type FusedRow = readonly ['fused', number, number, number]
/** 'universal', width, expanded width, kernel before the expansion and after it, 0 for none */
type UniversalRow = readonly ['universal', number, number, number, number]
/** 'attention', width, width of keys, heads, stride of keys */
type AttentionRow = readonly ['attention', number, number, number, number]
type Row = ConvRow | FusedRow | UniversalRow | AttentionRow

interface Architecture {
  readonly size: number
  readonly stem: number
  readonly activation: (x: Tensor) => Tensor
  /** First value of the factors of residual branches; none where left out. */
  readonly layerScale?: number
  /** The first row of each has stride 2. */
  readonly stages: readonly (readonly Row[])[]
}

// biome-ignore format: a table
const CONV_SMALL: readonly (readonly Row[])[] = [
  [
    ['conv', 32, 3], ['conv', 32, 1],
  ],
  [
    ['conv', 96, 3], ['conv', 64, 1],
  ],
  [
    ['universal', 96, 192, 5, 5], ['universal', 96, 192, 0, 3], ['universal', 96, 192, 0, 3],
    ['universal', 96, 192, 0, 3], ['universal', 96, 192, 0, 3], ['universal', 96, 384, 3, 0],
  ],
  [
    ['universal', 128, 576, 3, 3], ['universal', 128, 512, 5, 5], ['universal', 128, 512, 0, 5],
    ['universal', 128, 384, 0, 5], ['universal', 128, 512, 0, 3], ['universal', 128, 512, 0, 3],
  ],
]

// biome-ignore format: a table
const MEDIUM: readonly (readonly Row[])[] = [
  [
    ['fused', 48, 128, 3],
  ],
  [
    ['universal', 80, 192, 3, 5], ['universal', 80, 160, 3, 3],
  ],
]

// biome-ignore format: a table
const CONV_MEDIUM: readonly (readonly Row[])[] = [
  ...MEDIUM,
  [
    ['universal', 160, 480, 3, 5], ['universal', 160, 640, 3, 3], ['universal', 160, 640, 3, 3],
    ['universal', 160, 640, 3, 5], ['universal', 160, 640, 3, 3], ['universal', 160, 640, 3, 0],
    ['universal', 160, 320, 0, 0], ['universal', 160, 640, 3, 0],
  ],
  [
    ['universal', 256, 960, 5, 5], ['universal', 256, 1024, 5, 5], ['universal', 256, 1024, 3, 5],
    ['universal', 256, 1024, 3, 5], ['universal', 256, 1024, 0, 0], ['universal', 256, 1024, 3, 0],
    ['universal', 256, 512, 3, 5], ['universal', 256, 1024, 5, 5], ['universal', 256, 1024, 0, 0],
    ['universal', 256, 1024, 0, 0], ['universal', 256, 512, 5, 0],
  ],
]

// biome-ignore format: a table
const HYBRID_MEDIUM: readonly (readonly Row[])[] = [
  ...MEDIUM,
  [
    ['universal', 160, 480, 3, 5], ['universal', 160, 320, 0, 0], ['universal', 160, 640, 3, 3],
    ['universal', 160, 640, 3, 5], ['attention', 160, 64, 4, 2], ['universal', 160, 640, 3, 3],
    ['attention', 160, 64, 4, 2], ['universal', 160, 640, 3, 0], ['attention', 160, 64, 4, 2],
    ['universal', 160, 640, 3, 3], ['attention', 160, 64, 4, 2], ['universal', 160, 640, 3, 0],
  ],
  [
    ['universal', 256, 960, 5, 5], ['universal', 256, 1024, 5, 5], ['universal', 256, 1024, 3, 5],
    ['universal', 256, 1024, 3, 5], ['universal', 256, 512, 0, 0], ['universal', 256, 512, 3, 5],
    ['universal', 256, 512, 0, 0], ['universal', 256, 1024, 0, 0], ['attention', 256, 64, 4, 1],
    ['universal', 256, 1024, 3, 0], ['attention', 256, 64, 4, 1], ['universal', 256, 1024, 5, 5],
    ['attention', 256, 64, 4, 1], ['universal', 256, 1024, 5, 0], ['attention', 256, 64, 4, 1],
    ['universal', 256, 1024, 5, 0],
  ],
]

// biome-ignore format: a table
const LARGE: readonly (readonly Row[])[] = [
  [
    ['fused', 48, 96, 3],
  ],
  [
    ['universal', 96, 192, 3, 5], ['universal', 96, 384, 3, 3],
  ],
]

// biome-ignore format: a table
const CONV_LARGE: readonly (readonly Row[])[] = [
  ...LARGE,
  [
    ['universal', 192, 384, 3, 5], ['universal', 192, 768, 3, 3], ['universal', 192, 768, 3, 3],
    ['universal', 192, 768, 3, 3], ['universal', 192, 768, 3, 5], ['universal', 192, 768, 5, 3],
    ['universal', 192, 768, 5, 3], ['universal', 192, 768, 5, 3], ['universal', 192, 768, 5, 3],
    ['universal', 192, 768, 5, 3], ['universal', 192, 768, 3, 0],
  ],
  [
    ['universal', 512, 768, 5, 5], ['universal', 512, 2048, 5, 5], ['universal', 512, 2048, 5, 5],
    ['universal', 512, 2048, 5, 5], ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 3],
    ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 3],
    ['universal', 512, 2048, 5, 5], ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 0],
    ['universal', 512, 2048, 5, 0],
  ],
]

// biome-ignore format: a table
const HYBRID_LARGE: readonly (readonly Row[])[] = [
  ...LARGE,
  [
    ['universal', 192, 384, 3, 5], ['universal', 192, 768, 3, 3], ['universal', 192, 768, 3, 3],
    ['universal', 192, 768, 3, 3], ['universal', 192, 768, 3, 5], ['universal', 192, 768, 5, 3],
    ['universal', 192, 768, 5, 3], ['attention', 192, 48, 8, 2], ['universal', 192, 768, 5, 3],
    ['attention', 192, 48, 8, 2], ['universal', 192, 768, 5, 3], ['attention', 192, 48, 8, 2],
    ['universal', 192, 768, 5, 3], ['attention', 192, 48, 8, 2], ['universal', 192, 768, 3, 0],
  ],
  [
    ['universal', 512, 768, 5, 5], ['universal', 512, 2048, 5, 5], ['universal', 512, 2048, 5, 5],
    ['universal', 512, 2048, 5, 5], ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 3],
    ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 0], ['universal', 512, 2048, 5, 3],
    ['universal', 512, 2048, 5, 5], ['attention', 512, 64, 8, 1], ['universal', 512, 2048, 5, 0],
    ['attention', 512, 64, 8, 1], ['universal', 512, 2048, 5, 0], ['attention', 512, 64, 8, 1],
    ['universal', 512, 2048, 5, 0], ['attention', 512, 64, 8, 1], ['universal', 512, 2048, 5, 0],
  ],
]

const LAST = 960
const HEAD = 1280

function mobileNetV4(name: string, architecture: Architecture, options: MobileNetV4Options): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0, dropPath: path = 0 } = options
  const { size, stem, activation, stages } = architecture
  const depth = stages.flat().length + 1
  const blocks: Module[] = []
  const ends: number[] = []
  let channels = stem
  for (const rows of stages) {
    for (const [i, row] of rows.entries()) {
      const dropped = (path * blocks.length) / depth
      blocks.push(block(channels, row, i === 0 ? 2 : 1, dropped, architecture))
      channels = row[1]
    }
    ends.push(blocks.length - 1)
  }
  blocks.push(convBn(channels, LAST, 1, { activation, decay: false }))
  const root = module(
    {
      conv_stem: convBn(inChannels, stem, 3, { stride: 2, activation, decay: false }),
      blocks: sequential(blocks),
      conv_head: convBn(LAST, HEAD, 1, { activation, decay: false }),
      dropout: dropout(dropped),
      classifier: linear(HEAD, classes),
    },
    ({ conv_stem, blocks, conv_head, dropout, classifier }, x) =>
      classifier(dropout(flatten(conv_head(globalAvgPool(blocks(conv_stem(x))))))),
    'MobileNetV4',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: ends.map((end) => `blocks.${end}`),
    classifier: 'classifier',
    preprocessing: { ...imagenetPreprocessing, resizeShort: size, interpolation: 'bicubic' },
  }
}

function block(inChannels: number, row: Row, stride: number, dropped: number, architecture: Architecture): Module {
  const { activation, layerScale } = architecture
  if (row[0] === 'conv') {
    const [, width, kernel] = row
    return convBn(inChannels, width, kernel, { stride, activation, decay: false })
  }
  if (row[0] === 'fused') {
    const [, width, expanded, kernel] = row
    return residual(inChannels, width, stride, dropped, {
      conv_exp: convBn(inChannels, expanded, kernel, { stride, activation, decay: false }),
      conv_pwl: convBn(expanded, width, 1, { decay: false }),
    })
  }
  if (row[0] === 'universal') {
    const [, width, expanded, before, after] = row
    const depthwise = { stride, groups: expanded, activation, decay: false }
    return residual(inChannels, width, stride, dropped, {
      ...(before ? { dw_start: convBn(inChannels, inChannels, before, { groups: inChannels, decay: false }) } : {}),
      pw_exp: convBn(inChannels, expanded, 1, { activation, decay: false }),
      ...(after ? { dw_mid: convBn(expanded, expanded, after, depthwise) } : {}),
      pw_proj: convBn(expanded, width, 1, { decay: false }),
      ...scaled(width, layerScale),
    })
  }
  return multiQueryAttention(row, layerScale, dropped)
}

/** The branch's modules one after the other, and where shapes allow it added to the input. */
function residual(
  inChannels: number,
  outChannels: number,
  stride: number,
  dropped: number,
  branch: Readonly<Record<string, Module>>,
): Module {
  const names = Object.keys(branch)
  if (stride !== 1 || inChannels !== outChannels) return module(branch, (parts, x) => inOrder(parts, names, x), 'plain')
  return module(
    { ...branch, drop_path: dropPath(dropped) },
    (parts, x) => add(x, inOrder(parts, [...names, 'drop_path'], x)),
    'residual',
  )
}

/** Every head has queries of its own; the keys and values, of a picture that `stride` makes smaller, serve all heads. */
function multiQueryAttention(row: AttentionRow, layerScale: number | undefined, dropped: number): Module {
  const [, width, dim, heads, stride] = row
  const smaller = (): Module => convBn(width, width, 3, { stride, groups: width, decay: false })
  const project = (from: number, to: number): Module => conv2d(from, to, 1, { bias: false })
  const queries = heads * dim
  return module(
    {
      norm: batchNorm(width, { decay: false }),
      query_proj: project(width, queries),
      ...(stride > 1 ? { key_down_proj: smaller(), value_down_proj: smaller() } : {}),
      key_proj: project(width, dim),
      value_proj: project(width, dim),
      proj: project(queries, width),
      ...scaled(width, layerScale),
      drop_path: dropPath(dropped),
    },
    (parts, x) => {
      const { norm, query_proj, key_down_proj, value_down_proj, key_proj, value_proj, proj, layer_scale } = parts
      const normalized = norm(x)
      const rows = (y: Tensor): Tensor => {
        const [batch = 1] = y.shape
        return reshape(y, [batch, y.size / batch / dim, dim])
      }
      const q = query_proj(normalized) // [batch, height, width, heads * dim]
      const k = key_proj(key_down_proj?.(normalized) ?? normalized)
      const v = value_proj(value_down_proj?.(normalized) ?? normalized)
      // As keys are shared, the queries of all heads are rows of one matrix. The scale is that of all heads together.
      const attended = attend(rows(q), rows(k), rows(v), { scale: queries ** -0.5 })
      const output = proj(reshape(attended, q.shape))
      return add(x, parts.drop_path(layer_scale?.(output) ?? output))
    },
    'multiQueryAttention',
  )
}

/** One learned factor per channel, where the architecture has them. */
function scaled(channels: number, first: number | undefined): { readonly layer_scale?: Module } {
  if (first === undefined) return {}
  const gamma = parameter([channels], constant(first))
  return { layer_scale: module({ gamma }, ({ gamma }, x) => mul(x, gamma), 'layerScale') }
}

type Factory = (options?: MobileNetV4Options) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    mobileNetV4(name, architecture, options)

/** 256 by 256 pixels, 3.8 million parameters, published top-1 74.60 %. */
export const MobileNetV4_conv_small: Factory = /* @__PURE__ */ define('MobileNetV4_conv_small', {
  size: 256,
  stem: 32,
  activation: relu,
  stages: CONV_SMALL,
})
/** 320 by 320 pixels, 9.7 million parameters, published top-1 79.90 %. */
export const MobileNetV4_conv_medium: Factory = /* @__PURE__ */ define('MobileNetV4_conv_medium', {
  size: 320,
  stem: 32,
  activation: relu,
  stages: CONV_MEDIUM,
})
/** 448 by 448 pixels, 32.6 million parameters, published top-1 83.40 %. */
export const MobileNetV4_conv_large: Factory = /* @__PURE__ */ define('MobileNetV4_conv_large', {
  size: 448,
  stem: 24,
  activation: relu,
  stages: CONV_LARGE,
})
/** 256 by 256 pixels, 11.1 million parameters, published top-1 80.50 %. */
export const MobileNetV4_hybrid_medium: Factory = /* @__PURE__ */ define('MobileNetV4_hybrid_medium', {
  size: 256,
  stem: 32,
  activation: relu,
  layerScale: 1e-5,
  stages: HYBRID_MEDIUM,
})
/** 448 by 448 pixels, 37.8 million parameters, published top-1 83.80 %. */
export const MobileNetV4_hybrid_large: Factory = /* @__PURE__ */ define('MobileNetV4_hybrid_large', {
  size: 448,
  stem: 24,
  activation: gelu,
  layerScale: 1e-5,
  stages: HYBRID_LARGE,
})

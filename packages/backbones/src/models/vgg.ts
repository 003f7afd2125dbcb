import {
  adaptiveAvgPool,
  conv2d,
  dropout,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sigmoid,
} from '@clas/nn'
import { flattenChannelsFirst } from '../blocks/flatten-channels-first.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * VGG (Simonyan and Zisserman 2015, arXiv 1409.1556). Pictures of another size are pooled to the 7x7 cells that the first
 * linear layer wants.
 */
export interface VGGOptions extends ModelOptions {
  /** Behind the first two linear layers, in [0, 1); published weights assume the default 0.5. */
  readonly dropout?: number
  /**
   * Whose details: PaddleClas's (default) or torchvision's, for its weights, whose convolutions have biases and whose dropout
   * does not scale features in inference.
   */
  readonly variant?: 'paddleclas' | 'torchvision'
}

/** Convolutions of each block. */
export const VGG_LAYERS = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const

const WIDTHS = [64, 128, 256, 512, 512] as const
const HIDDEN = 4096
/** Height and width of what the linear layers are given. */
const CELLS = 7

function vgg(name: string, layers: keyof typeof VGG_LAYERS, options: VGGOptions, hidden: Module): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.5, variant = 'paddleclas' } = options
  const bias = variant === 'torchvision'
  const mode = variant === 'torchvision' ? 'upscale' : 'downscaleInInference'
  let channels = inChannels
  const blocks = VGG_LAYERS[layers].map((convolutions, i) => {
    const before = channels
    channels = WIDTHS[i] as number
    return [`conv_block_${i + 1}`, block(before, channels, convolutions, bias)] as const
  })
  const names = blocks.map(([block]) => block)
  const root = module(
    {
      ...Object.fromEntries(blocks),
      fc1: linear(channels * CELLS * CELLS, HIDDEN),
      fc2: hidden,
      fc3: linear(HIDDEN, classes),
      drop1: dropout(dropped, { mode }),
      drop2: dropout(dropped, { mode }),
    },
    (parts, x) => {
      const features = flattenChannelsFirst(adaptiveAvgPool(inOrder(parts, names, x), CELLS))
      return parts.fc3(parts.drop2(relu(parts.fc2(parts.drop1(relu(parts.fc1(features)))))))
    },
    'VGG',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: names.slice(1),
    classifier: 'fc3',
    preprocessing: imagenetPreprocessing,
    settings: { variant },
  }
}

function block(inChannels: number, outChannels: number, convolutions: number, bias: boolean): Module {
  const parts = Object.fromEntries(
    Array.from({ length: convolutions }, (_, i) => [
      `conv${i + 1}`,
      conv2d(i === 0 ? inChannels : outChannels, outChannels, 3, { padding: 1, bias }),
    ]),
  )
  return module(
    parts,
    (bound, x) =>
      maxPool(
        Object.keys(parts).reduce((value, name) => relu(inOrder(bound, [name], value)), x),
        2,
      ),
    'vggBlock',
  )
}

/** A linear layer with a sigmoid: what its activations are hashed by. */
function sigmoidLinear(): Module {
  return module({ origin_layer: linear(HIDDEN, HIDDEN) }, ({ origin_layer }, x) => sigmoid(origin_layer(x)), 'sigmoid')
}

type Factory = (options?: VGGOptions) => Model
const define =
  (layers: keyof typeof VGG_LAYERS): Factory =>
  (options = {}) =>
    vgg(`VGG${layers}`, layers, options, linear(HIDDEN, HIDDEN))

/** 224 by 224 pixels, 132.9 million parameters, published top-1 69.30 %. */
export const VGG11: Factory = /* @__PURE__ */ define(11)
/** 224 by 224 pixels, 133.0 million parameters, published top-1 70.00 %. */
export const VGG13: Factory = /* @__PURE__ */ define(13)
/** 224 by 224 pixels, 138.4 million parameters, published top-1 72.00 %. */
export const VGG16: Factory = /* @__PURE__ */ define(16)
/** 224 by 224 pixels, 143.7 million parameters, published top-1 72.60 %. */
export const VGG19: Factory = /* @__PURE__ */ define(19)
/** VGG19 whose second linear layer ends in a sigmoid, for hashing. 224 by 224 pixels, 143.7 million parameters. */
export const VGG19Sigmoid: Factory = (options = {}) => vgg('VGG19Sigmoid', 19, options, sigmoidLinear())

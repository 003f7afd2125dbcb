import { dropout, flatten, globalAvgPool, inOrder, linear, type Module, module, sequential, swish } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import type { Model, Preprocessing } from '../model.ts'
import { convNorm } from './conv-norm.ts'

/** One stage: inverted residuals, then perhaps transformer layers across patches. */
export interface MobileViTStage {
  readonly width: number
  /** Inverted residuals; default 1. */
  readonly blocks?: number
  /** Channels of the transformer and its layers; none when left out. */
  readonly transformer?: { readonly dim: number; readonly depth: number }
}

/** What makes a network of the second and third MobileViT. */
export interface MobileViTNetwork {
  /** Channels of the stem. */
  readonly stem: number
  /** The first keeps the size of the picture, the others halve it. */
  readonly stages: readonly MobileViTStage[]
  /** Of the inverted residuals. */
  readonly expansion: number
  /** Makes the transformer of a stage. */
  readonly unit: (width: number, transformer: NonNullable<MobileViTStage['transformer']>) => Module
  /** Channels of a last convolution; none when left out. */
  readonly last?: number
  /** Before the classifier, in [0, 1). */
  readonly dropout: number
  readonly inChannels: number
  readonly classes: number
  readonly preprocessing: Preprocessing
}

/** The network of the second and third MobileViT. Keys: `conv_1`, `layer_1` to `layer_5`, `conv_1x1_exp`, `classifier`. */
export function mobileViTNetwork(name: string, network: MobileViTNetwork): Model {
  const { stem, stages, expansion, unit, last, inChannels, classes, preprocessing } = network
  let channels = stem
  const stage = ({ width, blocks = 1, transformer }: MobileViTStage, i: number): Module => {
    const residuals = Array.from({ length: blocks }, (_, block) => {
      const before = channels
      channels = width
      return invertedResidual(before, width, expansion, i > 0 && block === 0 ? 2 : 1)
    })
    return sequential(transformer ? [...residuals, unit(width, transformer)] : residuals)
  }
  const layers = {
    conv_1: convNorm(inChannels, stem, 3, { stride: 2, activation: swish }),
    ...Object.fromEntries(stages.map((each, i) => [`layer_${i + 1}`, stage(each, i)])),
    ...(last === undefined ? {} : { conv_1x1_exp: convNorm(channels, last, 1, { activation: swish }) }),
  }
  const root = module(
    { ...layers, classifier: classifier(last ?? channels, classes, network.dropout) },
    (parts, x) => parts.classifier(flatten(globalAvgPool(inOrder(parts, Object.keys(layers), x)))),
    'MobileViT',
  )
  return {
    ...root,
    name,
    inputSize: 256,
    classes,
    stages: ['layer_2', 'layer_3', 'layer_4', 'layer_5'],
    classifier: 'classifier.fc',
    preprocessing,
  }
}

function invertedResidual(inChannels: number, outChannels: number, expansion: number, stride: number): Module {
  const hidden = inChannels * expansion
  const layers = {
    exp_1x1: convNorm(inChannels, hidden, 1, { activation: swish }),
    conv_3x3: convNorm(hidden, hidden, 3, { stride, groups: hidden, activation: swish }),
    red_1x1: convNorm(hidden, outChannels, 1),
  }
  const block = module(layers, (parts, x) => inOrder(parts, Object.keys(layers), x))
  const shortcut = stride === 1 && inChannels === outChannels
  return module({ block }, ({ block }, x) => (shortcut ? add(x, block(x)) : block(x)), 'invertedResidual')
}

function classifier(channels: number, classes: number, dropped: number): Module {
  return module(
    { dropout: dropout(dropped), fc: linear(channels, classes) },
    ({ dropout, fc }, x) => fc(dropout(x)),
    'classifier',
  )
}

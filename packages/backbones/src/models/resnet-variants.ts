import {
  constant,
  globalMaxPool,
  groupNorm,
  type Module,
  mapModules,
  module,
  parameter,
  parametersOf,
  replace,
} from '@clas/nn'
import { add, mul, sub } from '@tensorflow/tfjs-core'
import type { Model } from '../model.ts'
import { ResNet50, type ResNetOptions } from './resnet.ts'

/** Networks that are ResNet50 but for a layer. */
export type ResNetVariantOptions = Omit<ResNetOptions, 'strides'>

/** ResNet50 whose last stage keeps the size, as person re-identification has it. 224 by 224 pixels, 25.6 million parameters. */
export function ResNet50_last_stage_stride1(options: ResNetVariantOptions = {}): Model {
  return { ...ResNet50({ ...options, strides: [2, 2, 2, 2, 1] }), name: 'ResNet50_last_stage_stride1' }
}

/** ResNet50 with the largest value of each channel in place of the mean. 224 by 224 pixels, 25.6 million parameters. */
export function ResNet50_adaptive_max_pool2d(options: ResNetVariantOptions = {}): Model {
  const model = ResNet50(options)
  const pool = module({}, (_, x) => globalMaxPool(x), 'globalMaxPool')
  return { ...model, ...replace(model, 'avg_pool', pool), name: 'ResNet50_adaptive_max_pool2d' }
}

/**
 * ResNet50 whose last stage keeps the size and whose normalisations are gated between batch and instance (MetaBIN, Choi et
 * al. 2021, arXiv 2011.14670). 224 by 224 pixels, 25.6 million parameters.
 */
export function ResNet50_metabin(options: ResNetVariantOptions = {}): Model {
  const model = ResNet50_last_stage_stride1(options)
  const gated = mapModules(model, (part) => (part.type === 'batchNorm' ? batchInstanceNorm(part) : part))
  return { ...model, ...gated, name: 'ResNet50_metabin' }
}

/** The gate, one number a channel, is the batch normalisation's share. */
function batchInstanceNorm(norm: Module): Module {
  const channels = parametersOf(norm).weight?.shape[0] as number
  return module(
    {
      batch_norm: norm,
      instance_norm: instanceNorm(channels),
      gate: module({ gate: parameter([channels], constant(1)) }, ({ gate }, x) => mul(x, gate), 'gate'),
    },
    ({ batch_norm, instance_norm, gate }, x) => {
      const instance = instance_norm(x)
      return add(instance, gate(sub(batch_norm(x), instance)))
    },
    'batchInstanceNorm',
  )
}

/** Keys, both [channels]: `scale`, `bias`. */
function instanceNorm(channels: number): Module {
  const norm = groupNorm(channels, { groups: channels })
  return module(
    { scale: parameter([channels], constant(1)), bias: parameter([channels], constant(0)) },
    ({ scale, bias }, x, context) => norm.forward({ weight: scale, bias }, x, context),
    'instanceNorm',
  )
}

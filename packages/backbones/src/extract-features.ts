import { ClasError, type Variables } from '@clas/core'
import { type ApplyOptions, apply } from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Model } from './model.ts'

/** What a pass up to the last stage gives. */
export interface ExtractedFeatures {
  /** The output of each of the model's `stages`, the finest first. */
  readonly features: readonly Tensor[]
  /** All buffers, those that changed in training anew. */
  readonly buffers: Variables['buffers']
}

/**
 * Runs a model up to its last stage and gives the feature maps, as detection and segmentation use them: C2 to C5 of a
 * convolutional network, [batch, height, width, channels], or what stands for them in a transformer, often [batch,
 * tokens, channels]. The classifier is not computed.
 *
 * @param model - with `stages`
 * @param variables - as for `apply`; those of layers behind the last stage may be absent
 * @param x - pictures [batch, height, width, channels]
 * @param options - as for `apply`: `training`, `rng`, `frozen`
 * @returns features in the order of `model.stages`, which the caller owns
 * @throws `bad-option` when the model has no stages
 * @example
 * ```ts
 * import { extractFeatures, PPLCNet_x0_25 } from '@clas/backbones'
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init } from '@clas/nn'
 * import { zeros } from '@tensorflow/tfjs-core'
 * await useBackend('auto')
 * const model = PPLCNet_x0_25()
 * const { features } = extractFeatures(model, init(model, createRng(1)), zeros([1, 64, 64, 3]))
 * for (const { shape } of features) console.log(shape)
 * ```
 */
export function extractFeatures(
  model: Model,
  variables: Variables,
  x: Tensor,
  options: Omit<ApplyOptions, 'taps' | 'stop'> = {},
): ExtractedFeatures {
  const last = model.stages.at(-1)
  if (last === undefined) {
    throw new ClasError('bad-option', `${model.name} names no stages: expected paths in 'stages', found none`, {})
  }
  const { output, features, buffers } = apply(model, variables, x, { ...options, taps: model.stages, stop: last })
  const maps = model.stages.map((path) => features[path] as Tensor)
  if (!maps.includes(output)) output.dispose()
  return { features: maps, buffers }
}

import { ClasError, isClasError } from '@clas/core'
import type { BatchTransform } from '../batch/batch-transform.ts'
import { createBatchTransform } from '../batch/batch-transforms.ts'
import type { Transform, TransformSpec } from '../transform.ts'
import { createTransform } from '../transforms.ts'
import { compose, type Pipeline } from './compose.ts'
import { composeBatch } from './compose-batch.ts'
import { describeSteps } from './describe-steps.ts'

/** All that pictures go through, as JSON: first each by itself, then the batch. */
export interface RecipeSpec {
  readonly transforms: readonly TransformSpec[]
  /** None unless told. */
  readonly batchTransforms?: readonly TransformSpec[]
}

/** All that pictures go through. Spreads into the options of `createLoader`. */
export interface Recipe {
  /** Applied to each picture. */
  readonly transform: Pipeline
  /** Applied to each batch. Left out where there is none. */
  readonly batchTransform?: BatchTransform
  /** The recipe as JSON, for `createRecipe`. Left out where a step can't be rebuilt from JSON. */
  describe?(): RecipeSpec
}

/**
 * Puts steps for pictures and steps for batches into one recipe.
 *
 * @param transforms - for each picture, in order
 * @param batchTransforms - for each batch, in order. None unless told
 * @example
 * ```ts
 * import { mixup, normalizeImage, randCropImage, randFlipImage, recipe } from '@clas/augment'
 * const training = recipe([randCropImage({ size: 224 }), randFlipImage(), normalizeImage()], [mixup({ alpha: 0.2 })])
 * console.log(JSON.stringify(training.describe?.()))
 * // createLoader(source, { ...training, batchSize: 64, rng })
 * ```
 */
export function recipe(transforms: readonly Transform[], batchTransforms: readonly BatchTransform[] = []): Recipe {
  const transform = compose(transforms)
  const [first] = batchTransforms
  const specs = describeSteps(transforms)
  const batchSpecs = describeSteps(batchTransforms)
  return {
    transform,
    ...(first && { batchTransform: batchTransforms.length === 1 ? first : composeBatch(batchTransforms) }),
    ...(specs &&
      batchSpecs && {
        describe: () => ({ transforms: specs, ...(batchSpecs.length > 0 && { batchTransforms: batchSpecs }) }),
      }),
  }
}

/**
 * Makes a recipe of its description: the inverse of `describe`, for config files.
 *
 * @throws `bad-option` when it isn't one; `unknown-name` when a name isn't registered, with the names that are near.
 *   Messages tell the step's place
 * @example
 * ```ts
 * import { createRecipe } from '@clas/augment'
 * const { transform } = createRecipe({ transforms: [{ name: 'RandFlipImage', options: { p: 1 } }] })
 * console.log(transform.steps.length) // 1
 * ```
 */
export function createRecipe(spec: RecipeSpec): Recipe {
  const { transforms, batchTransforms = [] } = spec
  if (!Array.isArray(transforms) || !Array.isArray(batchTransforms)) {
    const found = Object.keys(spec ?? {}).join(', ') || 'nothing'
    throw new ClasError(
      'bad-option',
      `a recipe must be { transforms, batchTransforms }, two lists of { name, options }, the second of which may be ` +
        `left out; found ${found}`,
      { found },
    )
  }
  return recipe(
    transforms.map((step, i) => atPlace(`transforms[${i}]`, () => createTransform(step))),
    batchTransforms.map((step, i) => atPlace(`batchTransforms[${i}]`, () => createBatchTransform(step))),
  )
}

function atPlace<T>(place: string, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (!isClasError(cause)) throw cause
    throw new ClasError(cause.code, `${place}: ${cause.message}`, { ...cause.fields, place }, { cause })
  }
}

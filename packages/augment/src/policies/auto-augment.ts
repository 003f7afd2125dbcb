import { type Fill, fillOption } from '../fill.ts'
import { choiceOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { CIFAR10, IMAGENET, type SubPolicy, SVHN } from './auto-augment-policies.ts'
import { drawStep, pick } from './draw.ts'
import { AUTO_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

/** The options of {@link autoAugment}. */
export interface AutoAugmentOptions {
  /** The data set that the policy was learned on. `imagenet` unless told. */
  readonly policy?: 'imagenet' | 'cifar10' | 'svhn'
  /** Of pixels from outside of the picture. 128 unless told; turned pictures always have 128. */
  readonly fill?: Fill
}

const NAME = 'AutoAugment'
const POLICIES: Readonly<Record<'imagenet' | 'cifar10' | 'svhn', readonly SubPolicy[]>> = {
  imagenet: IMAGENET,
  cifar10: CIFAR10,
  svhn: SVHN,
}

/**
 * Runs one of 25 learned pairs of operations, each operation with its probability and its level (Cubuk et al. 2019,
 * arXiv 1805.09501). The parameters are the operations that run.
 *
 * This is PaddleClas's AutoAugment (`ppcls/data/preprocess/ops/autoaugment.py`), with its habits: magnitude m of 0 to 9
 * is m / 9 of an operation's range; pictures turn counter-clockwise only, and the corners are then 128 whatever `fill`
 * says; shears are bicubic, shifts and turns nearest; 25 sub-policies are listed, of which five are there twice.
 * PaddleClas's config files reach the policy for ImageNet only.
 *
 * @throws `bad-option` when there is no such policy or the fill isn't 0 to 255; `shape-mismatch` when a picture isn't one
 *   of 8 bits with 1, 3 or 4 channels
 * @example
 * ```ts
 * import { autoAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(autoAugment().sample(createRng(1), { width: 224, height: 224, channels: 3 }))
 * ```
 */
export function autoAugment(options: AutoAugmentOptions = {}): Transform<readonly PolicyStep[]> {
  const { policy = 'imagenet' } = options
  choiceOption(NAME, 'policy', policy, ['imagenet', 'cifar10', 'svhn'])
  const fill = fillOption(NAME, options.fill ?? 128)
  const rendering: Rendering = { shear: 'bicubic', translate: 'nearest', rotate: 'nearest', fill, rotateFill: 128 }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): readonly PolicyStep[] =>
      pick(rng, POLICIES[policy])
        .filter(({ probability }) => rng.next() < probability)
        .map(({ operation, magnitude }) => drawStep(operation, AUTO_LEVELS, magnitude / 9, rng, info)),
    apply: (image, steps) => applySteps(NAME, image, steps, rendering),
  })
}

import type { RecipeSpec } from '../compose/recipe.ts'
import { badOption } from '../options.ts'
import type { TransformSpec } from '../transform.ts'

/** What {@link recommendAugmentation} goes by. One of `multiplyAdds` and `parameters` is needed. */
export interface AugmentationNeeds {
  /** Of the model for one picture, above 0; goes before `parameters`. */
  readonly multiplyAdds?: number
  /** Of the model, above 0. */
  readonly parameters?: number
  /** To train on, at least 1. */
  readonly pictures: number
  /** At least 1. 1000 unless told. */
  readonly classes?: number
  /** The side of the pictures that the model sees, in pixels. 224 unless told. */
  readonly pictureSize?: number
  /** Of the training. 120 unless told. */
  readonly epochs?: number
}

/** Why a step is there, or isn't. */
export interface AugmentationReason {
  /** The name of the transform. */
  readonly step: string
  readonly reason: string
}

/** A recipe and its reasons. */
export interface AugmentationAdvice {
  /** For `createRecipe` and for config files. */
  readonly recipe: RecipeSpec
  /** In the order of the steps; also for what is left out. */
  readonly reasons: readonly AugmentationReason[]
}

type ModelSize = 'small' | 'middle' | 'large'

interface Facts {
  readonly model: ModelSize
  readonly perClass: number
  readonly size: number
  readonly epochs: number
}

interface Choice extends AugmentationReason {
  /** Left out where the advice is to do without. */
  readonly spec?: TransformSpec
}

const NAME = 'recommendAugmentation'

/** Fewer pictures of a class are few: a fine-tuned set rather than ImageNet with its 1,300. */
const FEW_PER_CLASS = 500
/** Policies and mixing pay after many epochs: the published recipes that have them run for 200 and more. */
const LONG_TRAINING = 200

/**
 * Says which augmentation goes with a model, the pictures and the length of the training, with reasons.
 *
 * A small model doesn't learn its training pictures by heart, so that strong augmentation takes accuracy from it; a large
 * one trained for long needs it. The thresholds and values are those of PaddleClas's FAQ and of its published recipes on
 * ImageNet: a place to start, not a law.
 *
 * @throws `bad-option` when neither `multiplyAdds` nor `parameters` is given, or a number isn't above 0
 * @example
 * ```ts
 * import { createRecipe, recommendAugmentation } from '@clas/augment'
 * const { recipe, reasons } = recommendAugmentation({ multiplyAdds: 4.1e9, pictures: 1.28e6, epochs: 300 })
 * for (const { step, reason } of reasons) console.log(`${step}: ${reason}`)
 * const { transform, batchTransform } = createRecipe(recipe)
 * ```
 */
export function recommendAugmentation(needs: AugmentationNeeds): AugmentationAdvice {
  const { pictures, classes = 1000, pictureSize = 224, epochs = 120 } = needs
  const numbers = {
    multiplyAdds: needs.multiplyAdds,
    parameters: needs.parameters,
    pictures,
    classes,
    pictureSize,
    epochs,
  }
  for (const [option, value] of Object.entries(numbers)) {
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      badOption(NAME, option, 'a number above 0', value)
  }
  const facts: Facts = { model: modelSize(needs), perClass: pictures / classes, size: pictureSize, epochs }
  const choices = [crop(facts), FLIP, policy(facts), NORMALIZE, erasing(facts)]
  const batch = mixing(facts)
  return {
    recipe: {
      transforms: choices.flatMap(({ spec }) => spec ?? []),
      ...(batch.spec && { batchTransforms: [batch.spec] }),
    },
    reasons: [...choices, batch].map(({ step, reason }) => ({ step, reason })),
  }
}

/** By multiply-adds, MobileNetV3_small is small, ResNet18 middle, ResNet50 large; by parameters much the same. */
function modelSize({ multiplyAdds, parameters }: AugmentationNeeds): ModelSize {
  if (multiplyAdds !== undefined) return multiplyAdds < 0.2e9 ? 'small' : multiplyAdds < 2e9 ? 'middle' : 'large'
  if (parameters !== undefined) return parameters < 4.5e6 ? 'small' : parameters < 15e6 ? 'middle' : 'large'
  return badOption(NAME, 'multiplyAdds', 'given, or parameters', undefined)
}

const FLIP: Choice = {
  step: 'RandFlipImage',
  spec: { name: 'RandFlipImage', options: {} },
  reason: 'every published recipe has it; leave it out where left and right matter, as with text and arrows',
}

const NORMALIZE: Choice = {
  step: 'NormalizeImage',
  spec: { name: 'NormalizeImage', options: {} },
  reason: "ImageNet's mean and deviation, which published weights expect",
}

function crop({ model, perClass, size }: Facts): Choice {
  if (size <= 64) {
    const padding = Math.max(1, Math.round(size / 8))
    return {
      step: 'PadCrop',
      spec: { name: 'PadCrop', options: { padding, size } },
      reason: `pictures of ${size} pixels are shifted, not magnified: 4 pixels around 32 are the rule for CIFAR`,
    }
  }
  const [least, reason] =
    perClass < FEW_PER_CLASS
      ? ([0.35, 'few pictures of each class: a crop must still show what the label says'] as const)
      : model === 'small'
        ? ([
            0.2,
            'a small model learns little from tiny parts: MobileNetV2_x0_25 has 53.18 % with 0.2, 52.35 % with 0.08',
          ] as const)
        : ([0.08, 'the published recipes on ImageNet'] as const)
  return { step: 'RandCropImage', spec: { name: 'RandCropImage', options: { size, scale: [least, 1] } }, reason }
}

function policy({ model, size, epochs, perClass }: Facts): Choice {
  if (model === 'small') {
    return {
      step: 'AutoAugment',
      reason: 'left out: small models underfit already; PPLCNet up to x2_0 and MobileNetV3_small are trained without',
    }
  }
  if (epochs < LONG_TRAINING && perClass >= FEW_PER_CLASS) {
    return {
      step: 'AutoAugment',
      reason: `left out: it pays in long training (${LONG_TRAINING} epochs and more), not in ${epochs} epochs`,
    }
  }
  if (model === 'middle') {
    const learnedOn = size <= 64 ? 'cifar10' : 'imagenet'
    return {
      step: 'AutoAugment',
      spec: { name: 'AutoAugment', options: { policy: learnedOn } },
      reason: 'as in the recipes of MobileNetV3_large, EfficientNet and PPLCNet_x2_5; ResNet50 gains 0.64 points',
    }
  }
  const magnitude = epochs < LONG_TRAINING ? 7 : 9
  return {
    step: 'TimmAutoAugment',
    spec: { name: 'TimmAutoAugment', options: { config: `rand-m${magnitude}-mstd0.5-inc1` } },
    reason: 'RandAugment of a magnitude that varies: the recipe of transformers, ConvNeXt and PPHGNet',
  }
}

function erasing({ model, size, epochs }: Facts): Choice {
  if (model === 'large' && epochs >= LONG_TRAINING) {
    return {
      step: 'RandomErasing',
      spec: {
        name: 'RandomErasing',
        options: {
          p: 0.25,
          scale: [0.02, 1 / 3],
          ratio: [0.3, 1 / 0.3],
          useLogAspect: true,
          attempts: 10,
          mode: 'pixel',
        },
      },
      reason: 'a quarter of the pictures, filled with noise: goes with the policy in long training',
    }
  }
  if (model !== 'small' && size <= 64) {
    return {
      step: 'Cutout',
      spec: { name: 'Cutout', options: { length: Math.round(size / 2) } },
      reason: 'a hole of half the side, as on CIFAR-10 in the paper',
    }
  }
  return {
    step: 'RandomErasing',
    reason:
      model === 'small'
        ? 'left out: a small model needs all that it is shown'
        : 'left out in short training; alone it gives ResNet50 0.60 points in 300 epochs',
  }
}

function mixing({ model, epochs, perClass }: Facts): Choice {
  if (model === 'small') {
    return { step: 'Mixup', reason: 'left out: mixing makes a small model underfit more; distil it instead' }
  }
  if (model === 'large' && epochs >= LONG_TRAINING) {
    return {
      step: 'OpSampler',
      spec: {
        name: 'OpSampler',
        options: {
          transforms: [
            { name: 'Mixup', options: { alpha: 0.8 } },
            { name: 'Cutmix', options: { alpha: 1 } },
          ],
          probabilities: [0.5, 0.5],
        },
      },
      reason: 'mixup or cutmix for each batch; alone they give ResNet50 0.97 and 1.08 points, the most of the eight',
    }
  }
  if (epochs >= 100 || perClass < FEW_PER_CLASS) {
    return {
      step: 'Mixup',
      spec: { name: 'Mixup', options: { alpha: 0.2 } },
      reason: 'mild mixing, as in the recipes of the ResNets; it costs nothing and works with few pictures too',
    }
  }
  return { step: 'Mixup', reason: `left out: mixing slows learning down, and ${epochs} epochs are few` }
}

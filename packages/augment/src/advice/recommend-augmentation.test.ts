import { createRng, isClasError } from '@clas/core'
import { describe, expect, test } from 'vitest'
import { type AugmentationNeeds, createRecipe, recommendAugmentation } from '../index.ts'

const IMAGENET = { pictures: 1_281_167, classes: 1000 }
const steps = (needs: AugmentationNeeds): string[] => {
  const { transforms, batchTransforms = [] } = recommendAugmentation(needs).recipe
  return [...transforms, ...batchTransforms].map(({ name }) => name)
}
const scaleOf = (needs: AugmentationNeeds): unknown =>
  (recommendAugmentation(needs).recipe.transforms[0] as { options: { scale?: unknown } }).options.scale

describe('the advice', () => {
  test('is mild for a small model', () => {
    const needs = { multiplyAdds: 37e6, ...IMAGENET, epochs: 300 } // MobileNetV2_x0_25
    expect(steps(needs)).toEqual(['RandCropImage', 'RandFlipImage', 'NormalizeImage'])
    expect(scaleOf(needs)).toEqual([0.2, 1])
  })

  test('has a policy for a model of middle size in long training', () => {
    const needs = { multiplyAdds: 0.23e9, ...IMAGENET, epochs: 360 } // MobileNetV3_large_x1_0
    expect(steps(needs)).toEqual(['RandCropImage', 'RandFlipImage', 'AutoAugment', 'NormalizeImage', 'Mixup'])
    expect(scaleOf(needs)).toEqual([0.08, 1])
  })

  test('is strong for a large model in long training, mild in short', () => {
    const large = { multiplyAdds: 4.35e9, ...IMAGENET } // ResNet50_vd
    expect(steps({ ...large, epochs: 300 })).toEqual([
      'RandCropImage',
      'RandFlipImage',
      'TimmAutoAugment',
      'NormalizeImage',
      'RandomErasing',
      'OpSampler',
    ])
    expect(steps({ ...large, epochs: 120 })).toEqual(['RandCropImage', 'RandFlipImage', 'NormalizeImage', 'Mixup'])
    expect(steps({ ...large, epochs: 30 })).toEqual(['RandCropImage', 'RandFlipImage', 'NormalizeImage'])
  })

  test('keeps more of a picture where there are few', () => {
    expect(scaleOf({ parameters: 1e6, pictures: 3000, classes: 10 })).toEqual([0.35, 1])
    expect(scaleOf({ parameters: 60e6, pictures: 3000, classes: 10 })).toEqual([0.35, 1])
  })

  test('shifts small pictures', () => {
    const cifar = { parameters: 11.7e6, pictures: 50_000, classes: 10, pictureSize: 32, epochs: 200 }
    expect(steps(cifar)).toEqual(['PadCrop', 'RandFlipImage', 'AutoAugment', 'NormalizeImage', 'Cutout', 'Mixup'])
    expect(recommendAugmentation(cifar).recipe.transforms[0]?.options).toEqual({ padding: 4, size: 32 })
  })

  test('goes by multiply-adds before parameters', () => {
    expect(steps({ multiplyAdds: 20e6, parameters: 100e6, ...IMAGENET, epochs: 300 })).not.toContain('OpSampler')
  })
})

test('each advice is a recipe that runs, with a reason for each step', () => {
  for (const multiplyAdds of [1e7, 1e9, 1e10]) {
    for (const pictures of [500, 2e6]) {
      for (const pictureSize of [28, 96]) {
        for (const epochs of [10, 150, 400]) {
          const { recipe, reasons } = recommendAugmentation({ multiplyAdds, pictures, pictureSize, epochs })
          const photo = { data: new Uint8Array(28 * 28 * 3).fill(90), width: 28, height: 28, channels: 3 }
          const { image } = createRecipe(recipe).transform.run(photo, createRng(1))
          expect([image.width, image.height]).toEqual([pictureSize, pictureSize])
          const named = [...recipe.transforms, ...(recipe.batchTransforms ?? [])].map(({ name }) => name)
          expect(reasons.filter(({ reason }) => !reason.startsWith('left out')).map(({ step }) => step)).toEqual(named)
        }
      }
    }
  }
})

test('numbers that can not be are refused', () => {
  const refused: AugmentationNeeds[] = [
    { pictures: 10 },
    { multiplyAdds: 0, pictures: 10 },
    { parameters: 1e6, pictures: Number.NaN },
    { parameters: 1e6, pictures: 10, epochs: -1 },
  ]
  for (const needs of refused) {
    try {
      recommendAugmentation(needs)
      expect.unreachable()
    } catch (error) {
      expect(isClasError(error) && error.code).toBe('bad-option')
    }
  }
})

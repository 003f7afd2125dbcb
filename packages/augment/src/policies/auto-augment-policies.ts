import type { SubPolicyStep } from './draw.ts'
import type { Operation } from './operations.ts'

/** A pair of operations that were learned together, each with its probability and its magnitude, 0 to 10. */
export type SubPolicy = readonly SubPolicyStep[]

type Pair = readonly [Operation, number, number, Operation, number, number]

function subPolicies(pairs: readonly Pair[]): readonly SubPolicy[] {
  return pairs.map(([first, probability, magnitude, second, secondProbability, secondMagnitude]) => [
    { operation: first, probability, magnitude },
    { operation: second, probability: secondProbability, magnitude: secondMagnitude },
  ])
}

/** AutoAugment's policy for ImageNet (Cubuk et al. 2019, arXiv 1805.09501, table 9). */
export const IMAGENET: readonly SubPolicy[] = /* @__PURE__ */ subPolicies([
  ['posterize', 0.4, 8, 'rotate', 0.6, 9],
  ['solarize', 0.6, 5, 'autocontrast', 0.6, 5],
  ['equalize', 0.8, 8, 'equalize', 0.6, 3],
  ['posterize', 0.6, 7, 'posterize', 0.6, 6],
  ['equalize', 0.4, 7, 'solarize', 0.2, 4],
  ['equalize', 0.4, 4, 'rotate', 0.8, 8],
  ['solarize', 0.6, 3, 'equalize', 0.6, 7],
  ['posterize', 0.8, 5, 'equalize', 1, 2],
  ['rotate', 0.2, 3, 'solarize', 0.6, 8],
  ['equalize', 0.6, 8, 'posterize', 0.4, 6],
  ['rotate', 0.8, 8, 'color', 0.4, 0],
  ['rotate', 0.4, 9, 'equalize', 0.6, 2],
  ['equalize', 0, 7, 'equalize', 0.8, 8],
  ['invert', 0.6, 4, 'equalize', 1, 8],
  ['color', 0.6, 4, 'contrast', 1, 8],
  ['rotate', 0.8, 8, 'color', 1, 2],
  ['color', 0.8, 8, 'solarize', 0.8, 7],
  ['sharpness', 0.4, 7, 'invert', 0.6, 8],
  ['shearX', 0.6, 5, 'equalize', 1, 9],
  ['color', 0.4, 0, 'equalize', 0.6, 3],
  ['equalize', 0.4, 7, 'solarize', 0.2, 4],
  ['solarize', 0.6, 5, 'autocontrast', 0.6, 5],
  ['invert', 0.6, 4, 'equalize', 1, 8],
  ['color', 0.6, 4, 'contrast', 1, 8],
  ['equalize', 0.8, 8, 'equalize', 0.6, 3],
])

/** AutoAugment's policy for CIFAR-10 (table 7 of the paper). */
export const CIFAR10: readonly SubPolicy[] = /* @__PURE__ */ subPolicies([
  ['invert', 0.1, 7, 'contrast', 0.2, 6],
  ['rotate', 0.7, 2, 'translateX', 0.3, 9],
  ['sharpness', 0.8, 1, 'sharpness', 0.9, 3],
  ['shearY', 0.5, 8, 'translateY', 0.7, 9],
  ['autocontrast', 0.5, 8, 'equalize', 0.9, 2],
  ['shearY', 0.2, 7, 'posterize', 0.3, 7],
  ['color', 0.4, 3, 'brightness', 0.6, 7],
  ['sharpness', 0.3, 9, 'brightness', 0.7, 9],
  ['equalize', 0.6, 5, 'equalize', 0.5, 1],
  ['contrast', 0.6, 7, 'sharpness', 0.6, 5],
  ['color', 0.7, 7, 'translateX', 0.5, 8],
  ['equalize', 0.3, 7, 'autocontrast', 0.4, 8],
  ['translateY', 0.4, 3, 'sharpness', 0.2, 6],
  ['brightness', 0.9, 6, 'color', 0.2, 8],
  ['solarize', 0.5, 2, 'invert', 0, 3],
  ['equalize', 0.2, 0, 'autocontrast', 0.6, 0],
  ['equalize', 0.2, 8, 'equalize', 0.8, 4],
  ['color', 0.9, 9, 'equalize', 0.6, 6],
  ['autocontrast', 0.8, 4, 'solarize', 0.2, 8],
  ['brightness', 0.1, 3, 'color', 0.7, 0],
  ['solarize', 0.4, 5, 'autocontrast', 0.9, 3],
  ['translateY', 0.9, 9, 'translateY', 0.7, 9],
  ['autocontrast', 0.9, 2, 'solarize', 0.8, 3],
  ['equalize', 0.8, 8, 'invert', 0.1, 3],
  ['translateY', 0.7, 9, 'autocontrast', 0.9, 1],
])

/** AutoAugment's policy for SVHN (table 8 of the paper). */
export const SVHN: readonly SubPolicy[] = /* @__PURE__ */ subPolicies([
  ['shearX', 0.9, 4, 'invert', 0.2, 3],
  ['shearY', 0.9, 8, 'invert', 0.7, 5],
  ['equalize', 0.6, 5, 'solarize', 0.6, 6],
  ['invert', 0.9, 3, 'equalize', 0.6, 3],
  ['equalize', 0.6, 1, 'rotate', 0.9, 3],
  ['shearX', 0.9, 4, 'autocontrast', 0.8, 3],
  ['shearY', 0.9, 8, 'invert', 0.4, 5],
  ['shearY', 0.9, 5, 'solarize', 0.2, 6],
  ['invert', 0.9, 6, 'autocontrast', 0.8, 1],
  ['equalize', 0.6, 3, 'rotate', 0.9, 3],
  ['shearX', 0.9, 4, 'solarize', 0.3, 3],
  ['shearY', 0.8, 8, 'invert', 0.7, 4],
  ['equalize', 0.9, 5, 'translateY', 0.6, 6],
  ['invert', 0.9, 4, 'equalize', 0.6, 7],
  ['contrast', 0.3, 3, 'rotate', 0.8, 4],
  ['invert', 0.8, 5, 'translateY', 0, 2],
  ['shearY', 0.7, 6, 'solarize', 0.4, 8],
  ['invert', 0.6, 4, 'rotate', 0.8, 4],
  ['shearY', 0.3, 7, 'translateX', 0.9, 3],
  ['shearX', 0.1, 6, 'invert', 0.6, 5],
  ['solarize', 0.7, 2, 'translateY', 0.6, 7],
  ['shearY', 0.8, 4, 'invert', 0.8, 8],
  ['shearX', 0.7, 9, 'translateY', 0.8, 3],
  ['shearY', 0.8, 5, 'autocontrast', 0.7, 3],
  ['shearX', 0.7, 2, 'invert', 0.1, 5],
])

/** The policy `v0` for ImageNet of TensorFlow's EfficientNet, which timm has too. */
export const IMAGENET_V0: readonly SubPolicy[] = /* @__PURE__ */ subPolicies([
  ['equalize', 0.8, 1, 'shearY', 0.8, 4],
  ['color', 0.4, 9, 'equalize', 0.6, 3],
  ['color', 0.4, 1, 'rotate', 0.6, 8],
  ['solarize', 0.8, 3, 'equalize', 0.4, 7],
  ['solarize', 0.4, 2, 'solarize', 0.6, 2],
  ['color', 0.2, 0, 'equalize', 0.8, 8],
  ['equalize', 0.4, 8, 'solarizeAdd', 0.8, 3],
  ['shearX', 0.2, 9, 'rotate', 0.6, 8],
  ['color', 0.6, 1, 'equalize', 1, 2],
  ['invert', 0.4, 9, 'rotate', 0.6, 0],
  ['equalize', 1, 9, 'shearY', 0.6, 3],
  ['color', 0.4, 7, 'equalize', 0.6, 0],
  ['posterize', 0.4, 6, 'autocontrast', 0.4, 7],
  ['solarize', 0.6, 8, 'color', 0.6, 9],
  ['solarize', 0.2, 4, 'rotate', 0.8, 9],
  ['rotate', 1, 7, 'translateY', 0.8, 9],
  ['shearX', 0, 0, 'solarize', 0.8, 4],
  ['shearY', 0.8, 0, 'color', 0.6, 4],
  ['color', 1, 0, 'rotate', 0.6, 2],
  ['equalize', 0.8, 4, 'equalize', 0, 8],
  ['equalize', 1, 4, 'autocontrast', 0.6, 2],
  ['shearY', 0.4, 7, 'solarizeAdd', 0.6, 7],
  ['posterize', 0.8, 2, 'solarize', 0.6, 10],
  ['solarize', 0.6, 8, 'equalize', 0.6, 1],
  ['color', 0.8, 6, 'rotate', 0.4, 5],
])

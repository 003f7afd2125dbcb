import type { Operation } from './operations.ts'

/** Operations and how likely each is, not scaled. */
export type Weights = Readonly<Partial<Record<Operation, number>>>

/** timm's and PaddleClas's RandAugment draws from these, each as likely. */
export const RAND_OPERATIONS: readonly Operation[] = [
  'autocontrast',
  'equalize',
  'invert',
  'rotate',
  'posterize',
  'solarize',
  'solarizeAdd',
  'color',
  'contrast',
  'brightness',
  'sharpness',
  'shearX',
  'shearY',
  'translateX',
  'translateY',
]

/** The key `w0` of PaddleClas and of timm before its version 0.9. */
export const WEIGHTS_0: Weights = {
  rotate: 0.3,
  shearX: 0.2,
  shearY: 0.2,
  translateX: 0.1,
  translateY: 0.1,
  color: 0.025,
  sharpness: 0.025,
  autocontrast: 0.025,
  solarize: 0.005,
  solarizeAdd: 0.005,
  contrast: 0.005,
  brightness: 0.005,
  equalize: 0.005,
}

/** The key `tweights` of timm. */
export const WEIGHTS: Weights = {
  rotate: 3,
  shearX: 2,
  shearY: 2,
  translateX: 1,
  translateY: 1,
  color: 0.25,
  sharpness: 0.25,
  autocontrast: 0.25,
  solarize: 0.05,
  solarizeAdd: 0.05,
  contrast: 0.05,
  brightness: 0.05,
  equalize: 0.05,
  posterize: 0.05,
  invert: 0.05,
}

/** The key `t3a` of timm: the operations of 3-Augment, each as likely. */
export const THREE_OPERATIONS: readonly Operation[] = ['solarize', 'desaturate', 'gaussianBlur']

/** The key `t3aw` of timm: those of 3-Augment most, and others. */
export const THREE_WEIGHTS: Weights = {
  solarize: 6,
  desaturate: 6,
  gaussianBlur: 6,
  rotate: 3,
  shearX: 2,
  shearY: 2,
  posterize: 1,
  autocontrast: 1,
  color: 1,
  sharpness: 1,
  contrast: 1,
  brightness: 1,
  equalize: 1,
  invert: 1,
}

/** AugMix in timm and in PaddleClas's TimmAutoAugment draws from these, of which the paper lacks the four that enhance. */
export const AUG_MIX_OPERATIONS: readonly Operation[] = [
  'autocontrast',
  'color',
  'contrast',
  'brightness',
  'sharpness',
  'equalize',
  'rotate',
  'posterize',
  'solarize',
  'shearX',
  'shearY',
  'translateX',
  'translateY',
]

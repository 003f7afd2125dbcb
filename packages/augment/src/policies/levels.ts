import type { Rng } from '@clas/core'
import type { ImageInfo } from '../image.ts'
import type { Operation } from './operations.ts'

/**
 * Draws the level of an operation, in its own unit (see `PolicyStep`), for a strength: 0 to 1 on the policy's scale, and
 * above 1 where the policy lets its magnitude exceed the scale.
 */
export type Level = (strength: number, rng: Rng, info: ImageInfo) => number

/** The operations that a policy may draw, and how strong each is. */
export type Levels = Readonly<Partial<Record<Operation, Level>>>

/** Of operations without a level. */
const none: Level = () => 0

/** Proportional to the strength, to either side. */
export function signed(most: number): Level {
  return (strength, rng) => most * strength * sign(rng)
}

/** A factor that is as far from 1 as the strength says, to either side. */
function around(most: number): Level {
  return (strength, rng) => 1 + most * strength * sign(rng)
}

/** From 0.1 to 1.9, so that 0.5 is the strength at which nothing changes. */
export const enhance: Level = (strength) => 1.8 * strength + 0.1

/** A part of the width, in pixels, to either side. */
export function ofWidth(most: number): Level {
  return (strength, rng, { width }) => most * strength * width * sign(rng)
}

/** A part of the height, in pixels, to either side. */
export function ofHeight(most: number): Level {
  return (strength, rng, { height }) => most * strength * height * sign(rng)
}

/** -1 or 1. */
export function sign(rng: Rng): -1 | 1 {
  return rng.next() < 0.5 ? -1 : 1
}

/** The levels on which most policies agree. The order is that of PaddleClas. */
export const COMMON_LEVELS: Levels = {
  shearX: signed(0.3),
  shearY: signed(0.3),
  translateX: ofWidth(150 / 331),
  translateY: ofHeight(150 / 331),
  rotate: (strength) => 30 * strength,
  color: around(0.9),
  contrast: around(0.9),
  sharpness: around(0.9),
  brightness: around(0.9),
  autocontrast: none,
  equalize: none,
  invert: none,
}

/** PaddleClas's AutoAugment: bits and threshold fall as the strength grows. */
export const AUTO_LEVELS: Levels = {
  ...COMMON_LEVELS,
  posterize: (strength) => Math.round(8 - 4 * strength),
  solarize: (strength) => 256 - 256 * strength,
}

/** PaddleClas's RandAugment: bits and threshold grow with the strength, so that these two become weaker. */
export const RAND_LEVELS: Levels = {
  ...COMMON_LEVELS,
  posterize: (strength) => Math.trunc(4 * strength),
  solarize: (strength) => 256 * strength,
}

/** PaddleClas's RandAugmentV2, for EfficientNetV2: shifts are in pixels, enhancing begins at a factor of 0.1. */
export const RAND_V2_LEVELS: Levels = {
  ...COMMON_LEVELS,
  translateX: signed(100),
  translateY: signed(100),
  rotate: signed(30),
  color: enhance,
  contrast: enhance,
  sharpness: enhance,
  brightness: enhance,
  posterize: (strength) => Math.trunc(4 * strength),
  solarize: (strength) => Math.trunc(256 * strength),
  solarizeAdd: (strength) => Math.trunc(110 * strength),
  cutout: (strength) => Math.trunc(40 * strength),
}

/** PaddleClas's RandAugmentV3, for MobileViTV2: all become stronger with the strength. */
export const RAND_V3_LEVELS: Levels = {
  ...COMMON_LEVELS,
  rotate: signed(30),
  posterize: (strength) => 8 - Math.trunc(4 * strength),
  solarize: (strength) => 255 * (1 - strength),
}

/** PaddleClas's RandAugmentV4, for ML-Decoder: AutoAugment's levels and a cutout. */
export const RAND_V4_LEVELS: Levels = {
  ...AUTO_LEVELS,
  cutout: (strength) => Math.round(20 * strength),
}

/** TrivialAugment's wide space, of torchvision; its strength is a thirtieth of the drawn bin. */
export const TRIVIAL_LEVELS: Levels = {
  identity: none,
  shearX: signed(0.99),
  shearY: signed(0.99),
  translateX: (strength, rng) => Math.trunc(32 * strength) * sign(rng),
  translateY: (strength, rng) => Math.trunc(32 * strength) * sign(rng),
  rotate: signed(135),
  brightness: around(0.99),
  color: around(0.99),
  contrast: around(0.99),
  sharpness: around(0.99),
  posterize: (strength) => 8 - Math.round(6 * strength),
  solarize: (strength) => 255 * (1 - strength),
  autocontrast: none,
  equalize: none,
}

/** AugMix's nine operations, none of which ImageNet-C has as a corruption; angles and shifts are whole. */
export const AUG_MIX_LEVELS: Levels = {
  autocontrast: none,
  equalize: none,
  posterize: (strength) => 4 - Math.trunc(4 * strength),
  rotate: (strength, rng) => Math.trunc(30 * strength) * sign(rng),
  solarize: (strength) => 256 - Math.trunc(256 * strength),
  shearX: signed(0.3),
  shearY: signed(0.3),
  translateX: (strength, rng, { width }) => Math.trunc((strength * width) / 3) * sign(rng),
  translateY: (strength, rng, { height }) => Math.trunc((strength * height) / 3) * sign(rng),
}

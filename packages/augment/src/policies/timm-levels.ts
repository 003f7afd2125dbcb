import { COMMON_LEVELS, enhance, type Level, type Levels, ofHeight, ofWidth, sign, signed } from './levels.ts'

/** timm's levels (`timm/data/auto_augment.py`). PaddleClas has the same up to a strength of 1, its limit. */
export const TIMM_LEVELS: Levels = {
  ...COMMON_LEVELS,
  translateX: ofWidth(0.45),
  translateY: ofHeight(0.45),
  rotate: signed(30),
  color: enhance,
  contrast: enhance,
  sharpness: enhance,
  brightness: enhance,
  posterize: (strength) => Math.min(8, Math.trunc(4 * strength)),
  solarize: (strength) => Math.min(256, Math.trunc(256 * strength)),
  solarizeAdd: (strength) => Math.min(128, Math.trunc(110 * strength)),
  desaturate: (strength) => Math.min(1, 0.5 + 0.5 * strength),
  gaussianBlur: (strength) => Math.min(2, 0.1 + 1.9 * strength),
}

const posterizeMore: Level = (strength) => Math.max(0, 4 - Math.trunc(4 * strength))
const enhanceMore: Level = (strength, rng) => Math.max(0.1, 1 + 0.9 * strength * sign(rng))

/** timm's levels of the key `inc1`: all become stronger with the strength. */
export const INCREASING_LEVELS: Levels = {
  ...TIMM_LEVELS,
  color: enhanceMore,
  contrast: enhanceMore,
  sharpness: enhanceMore,
  brightness: enhanceMore,
  posterize: posterizeMore,
  solarize: (strength) => Math.max(0, 256 - Math.trunc(256 * strength)),
}

/** AugMix's levels in timm: the increasing ones, with shifts of at most 0.3 of the side. */
export const TIMM_AUG_MIX_LEVELS: Levels = {
  ...INCREASING_LEVELS,
  translateX: ofWidth(0.3),
  translateY: ofHeight(0.3),
}

/** Of `originalr` and `v0r`: fewer bits as the strength grows. */
export const FEWER_BITS_LEVELS: Levels = { ...TIMM_LEVELS, posterize: posterizeMore }

/** Of `original`: 4 to 8 bits. */
export const ORIGINAL_LEVELS: Levels = {
  ...TIMM_LEVELS,
  posterize: (strength) => Math.trunc(4 * strength) + 4,
}

/** Of `3a`: the blur is anything up to the strength. */
export const THREE_LEVELS: Levels = {
  ...TIMM_LEVELS,
  gaussianBlur: (strength, rng) => rng.uniform(0.1, 2 * Math.min(1, strength)),
}

import { type MobileViTStage, mobileViTNetwork } from '../blocks/mobilevit-network.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { separableUnit } from '../blocks/separable-unit.ts'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'

/** MobileViTV2 (Mehta and Rastegari 2022, arXiv 2206.02680), in widths of 0.5 to 2. */
export interface MobileViTV2Options extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0. */
  readonly dropout?: number
}

const STEM = 32
const stages = (scale: number): readonly MobileViTStage[] => [
  { width: 64 * scale },
  { width: 128 * scale, blocks: 2 },
  { width: 256 * scale, transformer: { dim: 128 * scale, depth: 2 } },
  { width: 384 * scale, transformer: { dim: 192 * scale, depth: 4 } },
  { width: 512 * scale, transformer: { dim: 256 * scale, depth: 3 } },
]

const preprocessing: Preprocessing = {
  resizeShort: 288,
  interpolation: 'bicubic',
  mean: [0, 0, 0],
  std: [1, 1, 1],
}

type Factory = (options?: MobileViTV2Options) => Model
const width =
  (scale: number): Factory =>
  ({ classes = 1000, inChannels = 3, dropout = 0 } = {}) =>
    mobileViTNetwork(`MobileViTV2_${scaleName(scale)}`, {
      stem: STEM * scale,
      stages: stages(scale),
      expansion: 2,
      unit: (channels, transformer) => separableUnit(channels, { ...transformer, fused: false }),
      dropout,
      inChannels,
      classes,
      preprocessing,
    })

/** 256 by 256 pixels, 1.4 million parameters, published top-1 70.17 %. */
export const MobileViTV2_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 256 by 256 pixels, 2.9 million parameters. */
export const MobileViTV2_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 256 by 256 pixels, 4.9 million parameters, published top-1 78.13 %. */
export const MobileViTV2_x1_0: Factory = /* @__PURE__ */ width(1)
/** 256 by 256 pixels, 7.5 million parameters. */
export const MobileViTV2_x1_25: Factory = /* @__PURE__ */ width(1.25)
/** 256 by 256 pixels, 10.6 million parameters, published top-1 80.34 %. */
export const MobileViTV2_x1_5: Factory = /* @__PURE__ */ width(1.5)
/** 256 by 256 pixels, 14.3 million parameters. */
export const MobileViTV2_x1_75: Factory = /* @__PURE__ */ width(1.75)
/** 256 by 256 pixels, 18.4 million parameters, published top-1 81.16 %. */
export const MobileViTV2_x2_0: Factory = /* @__PURE__ */ width(2)

import type { Rng } from '@clas/core'
import type { Rectangle } from '../image.ts'
import type { BatchInfo, BatchTransform } from './batch-transform.ts'
import { sampleBeta } from './beta.ts'
import { alphaOption, copyRectangle, defineMixing, type MixingOptions, type MixingParameters } from './mixing.ts'

/** The options of {@link cutmix}. */
export interface CutmixOptions extends MixingOptions {
  /** Of the Beta distribution, above 0. 0.2 unless told, as in PaddleClas; the paper has 1. */
  readonly alpha?: number
}

/** What {@link cutmix} draws; null when the batch isn't mixed. */
export type CutmixParameters =
  | (MixingParameters & {
      /** What is taken of the other picture. */
      readonly box: Rectangle
    })
  | null

const NAME = 'Cutmix'

/**
 * Puts a box of another picture of the batch into each picture, at the same place; labels are mixed by area (Yun et al.
 * 2019, arXiv 1905.04899). One box and one permutation per batch, as PaddleClas's CutmixOperator does it: the box has
 * the picture's shape and 1 - λ of its area with λ ~ Beta(alpha, alpha), its middle is anywhere, and what of it lies
 * outside is cut off and not counted.
 *
 * @throws as {@link mixup}
 * @example
 * ```ts
 * import { cutmix } from '@clas/augment'
 * const batch = { images: new Float32Array([1, 1, 2, 2]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 2, 1] as const }
 * const box = { left: 1, top: 0, width: 1, height: 1 }
 * console.log(cutmix().apply(batch, { lambda: 0.5, order: [1, 0], box }).images) // 1 2, 2 1
 * ```
 */
export function cutmix(options: CutmixOptions = {}): BatchTransform<CutmixParameters> {
  const alpha = alphaOption(NAME, options.alpha ?? 0.2)
  return defineMixing({
    name: NAME,
    options,
    sample(rng, info) {
      const order = [...rng.permutation(info.batch)]
      const box = sampleBox(rng, info, sampleBeta(rng, alpha))
      return { order, lambda: 1 - areaOf(box, info), box }
    },
    mix({ images, shape }, { order, box }, out) {
      out.set(images)
      const length = images.length / order.length
      for (const [own, other] of order.entries()) {
        copyRectangle(out, own * length, images, other * length, shape, box)
      }
    },
  })
}

/** A box of 1 - λ of the picture's area, less what lies outside; it may be empty. */
export function sampleBox(rng: Rng, { width, height }: BatchInfo, lambda: number): Rectangle {
  const part = Math.sqrt(1 - lambda)
  const halfHeight = Math.floor(Math.floor(height * part) / 2)
  const halfWidth = Math.floor(Math.floor(width * part) / 2)
  const y = rng.integer(0, height)
  const x = rng.integer(0, width)
  const top = Math.max(0, y - halfHeight)
  const left = Math.max(0, x - halfWidth)
  return { left, top, width: Math.min(width, x + halfWidth) - left, height: Math.min(height, y + halfHeight) - top }
}

/** A box's part of the picture's area, 0 to 1. */
export function areaOf(box: Rectangle, { width, height }: BatchInfo): number {
  return (box.width * box.height) / (width * height)
}

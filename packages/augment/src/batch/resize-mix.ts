import { checkInterpolation, type Interpolation } from '../geometry/interpolation.ts'
import { resize } from '../geometry/resample.ts'
import type { Rectangle } from '../image.ts'
import { badOption, type Range, rangeOption } from '../options.ts'
import type { BatchTransform, ImageBatch } from './batch-transform.ts'
import { areaOf } from './cutmix.ts'
import { defineMixing, type MixingOptions, type MixingParameters } from './mixing.ts'

/** The options of {@link resizeMix}. */
export interface ResizeMixOptions extends MixingOptions {
  /** The side of the small picture by that of the whole, in (0, 1]; uniform. [0.1, 0.8] unless told. */
  readonly scale?: Range
  /** One of OpenCV's. `bilinear` unless told. */
  readonly interpolation?: Interpolation
}

/** What {@link resizeMix} draws; null when the batch isn't mixed. */
export type ResizeMixParameters =
  | (MixingParameters & {
      /** Where the other picture is put. */
      readonly box: Rectangle
    })
  | null

const NAME = 'ResizeMix'

/**
 * Puts another picture of the batch, made small, into each picture; labels are mixed by area (Qin et al. 2020, arXiv
 * 2012.11101). One box, which is inside the picture, and one permutation per batch.
 *
 * @throws `bad-option` when `scale` isn't a range in (0, 1] or the interpolation isn't known; else as {@link mixup}
 * @example
 * ```ts
 * import { resizeMix } from '@clas/augment'
 * const batch = { images: new Float32Array([1, 1, 2, 4]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 2, 1] as const }
 * const box = { left: 0, top: 0, width: 1, height: 1 }
 * console.log(resizeMix().apply(batch, { lambda: 0.5, order: [1, 0], box }).images) // 3 1, 1 4
 * ```
 */
export function resizeMix(options: ResizeMixOptions = {}): BatchTransform<ResizeMixParameters> {
  const { interpolation = 'bilinear' } = options
  const scale = rangeOption(NAME, 'scale', options.scale ?? [0.1, 0.8], 0)
  if (scale[0] === 0 || scale[1] > 1) badOption(NAME, 'scale', 'above 0 and at most 1', scale)
  checkInterpolation(NAME, interpolation, 'cv2')
  return defineMixing({
    name: NAME,
    options,
    sample(rng, info) {
      const order = [...rng.permutation(info.batch)]
      const side = rng.uniform(scale[0], scale[1])
      const width = Math.max(1, Math.floor(info.width * side))
      const height = Math.max(1, Math.floor(info.height * side))
      const top = rng.integer(0, info.height - height + 1)
      const left = rng.integer(0, info.width - width + 1)
      const box = { left, top, width, height }
      return { order, lambda: 1 - areaOf(box, info), box }
    },
    mix: (batch, { order, box }, out) => putSmall(out, batch, order, box, interpolation),
  })
}

function putSmall(
  out: Float32Array,
  { images, shape }: ImageBatch,
  order: readonly number[],
  box: Rectangle,
  interpolation: Interpolation,
): void {
  const [, height, width, channels] = shape
  out.set(images)
  const length = width * height * channels
  order.forEach((other, own) => {
    const data = images.subarray(other * length, (other + 1) * length)
    const small = resize({ data, width, height, channels }, [box.width, box.height], { interpolation })
    const smallRow = box.width * channels
    for (let y = 0; y < box.height; y++) {
      const start = own * length + ((box.top + y) * width + box.left) * channels
      out.set(small.data.subarray(y * smallRow, (y + 1) * smallRow), start)
    }
  })
}

import { choiceOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { flipImage } from './flip-image.ts'

/** The options of {@link randFlipImage}. */
export interface RandFlipImageOptions {
  /** 1 swaps left and right, 0 top and bottom, -1 both, as OpenCV's `flip`. 1 unless told. */
  readonly flipCode?: 1 | 0 | -1
  /** The part of pictures that is flipped, 0 to 1. 0.5 unless told. */
  readonly p?: number
}

/** What {@link randFlipImage} draws. */
export interface RandFlipImageParameters {
  readonly flip: boolean
}

const NAME = 'RandFlipImage'

/**
 * Flips a part of the pictures. Works on 8-bit and float32 pictures of any number of channels.
 *
 * @throws `bad-option` when `flipCode` isn't 1, 0 or -1, or `p` isn't from 0 to 1
 * @example
 * ```ts
 * import { randFlipImage } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * console.log(randFlipImage().apply(row, { flip: true }).data) // 3 2 1
 * ```
 */
export function randFlipImage(options: RandFlipImageOptions = {}): Transform<RandFlipImageParameters> {
  const flipCode = choiceOption(NAME, 'flipCode', options.flipCode ?? 1, [1, 0, -1])
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ flip: rng.next() < p }),
    apply: (image, { flip }) => (flip ? flipImage(image, flipCode !== 0, flipCode !== 1) : image),
  })
}

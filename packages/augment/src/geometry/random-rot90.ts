import { defineTransform, type Transform } from '../transform.ts'
import { rot90 } from './rot90.ts'

/** What {@link randomRot90} draws. */
export interface RandomRot90Parameters {
  /** Quarter turns, counter-clockwise: 0, 1, 2 or 3. */
  readonly quarters: number
}

/**
 * Turns a picture by none, one, two or three quarters, each as often. Odd numbers swap width and height. Works on 8-bit
 * and float32 pictures of any number of channels.
 *
 * @example
 * ```ts
 * import { randomRot90 } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * console.log(randomRot90().apply(row, { quarters: 1 }).data) // 3 2 1, one below the other
 * ```
 */
export function randomRot90(): Transform<RandomRot90Parameters> {
  return defineTransform({
    name: 'RandomRot90',
    options: {},
    sample: (rng) => ({ quarters: rng.integer(0, 4) }),
    apply: (image, { quarters }) => rot90(image, quarters),
    outputInfo: ({ width, height, channels }, { quarters }) =>
      quarters % 2 === 0 ? { width, height, channels } : { width: height, height: width, channels },
  })
}

import type { Image } from '../image.ts'
import { type Normalization, normalizeBySimd } from '../simd/normalize.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { floatTable, writeFloats } from './write-floats.ts'

const NAME = 'ToFloat'
const BYTES: Normalization = { scale: 1, means: new Float32Array([0]), stds: new Float32Array([255]) }

/**
 * Makes float32 values from 0 to 1 of the bytes of a picture, as torchvision's `ToTensor`, with the channels last. A
 * picture that is float32 already stays as it is.
 *
 * @example
 * ```ts
 * import { toFloat } from '@clas/augment'
 * console.log(toFloat().apply({ data: new Uint8Array([0, 51]), width: 2, height: 1, channels: 1 }, null).data) // 0 0.2
 * ```
 */
export function toFloat(): Transform<null> {
  const table = floatTable((value) => value / 255)
  const applyInto = ({ data, channels }: Image, _: null, out: Float32Array): void => {
    if (data instanceof Float32Array) out.set(data)
    else if (!normalizeBySimd(data, channels, BYTES, out)) writeFloats(data, Array(channels).fill(table), out)
  }
  return defineTransform({
    name: NAME,
    options: {},
    sample: () => null,
    apply(image) {
      if (image.data instanceof Float32Array) return image
      const data = new Float32Array(image.data.length)
      applyInto(image, null, data)
      return { ...image, data }
    },
    applyInto,
  })
}

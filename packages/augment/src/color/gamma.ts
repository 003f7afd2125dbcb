import type { Image } from '../image.ts'
import { bytesOf, byteTable, mapBytes } from './bytes.ts'

/**
 * Raises each value to a power: 255 · gain · (value / 255)^gamma, bit for bit as torchvision's `adjust_gamma` does with
 * pictures of Pillow.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param gamma - above 1 makes shadows darker, below 1 lighter
 * @param gain - multiplied to each value; 1 unless told
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { adjustGamma } from '@clas/augment'
 * console.log(adjustGamma({ data: new Uint8Array([0, 128, 255]), width: 3, height: 1, channels: 1 }, 2).data) // 0 64 255
 * ```
 */
export function adjustGamma(image: Image, gamma: number, gain = 1): Image {
  const table = byteTable((value) => 255.999 * gain * (value / 255) ** gamma)
  return mapBytes(image, bytesOf('adjustGamma', image), table)
}

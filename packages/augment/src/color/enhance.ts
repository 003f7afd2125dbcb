import type { Image } from '../image.ts'
import { blendBySimd } from '../simd/blend.ts'
import { type BlendBase, blendBytes } from './blend.ts'
import { bytesOf } from './bytes.ts'

/**
 * Makes a picture darker or brighter: a blend of black and the picture, bit for bit as Pillow's `ImageEnhance.Brightness`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param factor - 0 is black, 1 the picture as it is, more is brighter
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { adjustBrightness } from '@clas/augment'
 * const grey = { data: new Uint8Array([10, 200]), width: 2, height: 1, channels: 1 }
 * console.log(adjustBrightness(grey, 1.5).data) // 15 255
 * ```
 */
export function adjustBrightness(image: Image, factor: number): Image {
  return blendWith('adjustBrightness', image, 0, factor)
}

/**
 * Changes the contrast: a blend of the picture's mean brightness, a whole number, and the picture, bit for bit as
 * Pillow's `ImageEnhance.Contrast`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param factor - 0 is an even grey, 1 the picture as it is, more is more contrast
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { adjustContrast } from '@clas/augment'
 * const grey = { data: new Uint8Array([100, 200]), width: 2, height: 1, channels: 1 }
 * console.log(adjustContrast(grey, 0.5).data) // 125 175
 * ```
 */
export function adjustContrast(image: Image, factor: number): Image {
  return blendWith('adjustContrast', image, 'mean', factor)
}

/**
 * Changes the saturation: a blend of the grey picture and the picture, bit for bit as Pillow's `ImageEnhance.Color`. A
 * picture of one channel stays as it is.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param factor - 0 is grey, 1 the picture as it is, more is more colourful
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { adjustSaturation } from '@clas/augment'
 * const orange = { data: new Uint8Array([255, 128, 0]), width: 1, height: 1, channels: 3 }
 * console.log(adjustSaturation(orange, 0).data) // 151 151 151
 * ```
 */
export function adjustSaturation(image: Image, factor: number): Image {
  return blendWith('adjustSaturation', image, 'grey', image.channels === 1 ? 1 : factor)
}

/**
 * Blurs or sharpens: a blend of the smoothed picture and the picture, bit for bit as Pillow's `ImageEnhance.Sharpness`.
 * Smoothing is a filter of 3×3 whose middle weighs 5 and whose others weigh 1. The pixels at the border, and pictures
 * with a side below 3, stay as they are.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param factor - 0 is blurred, 1 the picture as it is, more is sharper
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { adjustSharpness } from '@clas/augment'
 * const dot = { data: new Uint8Array([0, 0, 0, 0, 130, 0, 0, 0, 0]), width: 3, height: 3, channels: 1 }
 * console.log(adjustSharpness(dot, 0).data[4]) // 50
 * ```
 */
export function adjustSharpness(image: Image, factor: number): Image {
  const { width, height } = image
  return blendWith('adjustSharpness', image, 'smoothed', width < 3 || height < 3 ? 1 : factor)
}

/** A factor of 1 leaves the picture as it is. */
function blendWith(name: string, image: Image, base: BlendBase, factor: number): Image {
  const data = bytesOf(name, image)
  if (factor === 1) return image
  return blendBySimd(image, data, base, factor) ?? blendBytes(image, data, base, factor)
}

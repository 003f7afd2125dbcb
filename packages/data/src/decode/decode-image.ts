import type { Image } from '@clas/augment'
import type { DecodeOptions } from './decode-options.ts'
import { decodePicture } from './decode-picture.ts'
import { chooseDecoder } from './decoders.ts'
import { zlibInflate } from './libraries/zlib-inflate.ts'

/**
 * Decodes a picture file to 8-bit RGB: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF, or what was added by `addImageDecoder`.
 * `decoders()` says which library does it.
 *
 * The picture is turned upright by its EXIF orientation and converted to sRGB from its colour profile. Grey becomes RGB,
 * CMYK too; of 16 bits the higher 8 are kept. Transparency is dropped, not blended: a pixel keeps the colour that is stored
 * under it, as in PaddleClas and OpenCV. Of an animation or several pages, the first.
 *
 * The size is checked before memory is taken. JPEG is the same to the bit as in Pillow and OpenCV, whichever library decodes
 * it. CMYK and profiles made of tables need sharp; without it, inks are mixed as Pillow does and such a profile is ignored.
 *
 * @param bytes - the whole file
 * @returns [height, width, 3], uint8
 * @throws `corrupt-image` with the name, the reason and the size found when the file is cut off, damaged, too large or no
 *   such picture; `backend-unavailable` when no decoder for the format is installed
 * @example
 * ```ts
 * import { decodeImage } from '@clas/data/node'
 * const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64')
 * const { width, height, data } = await decodeImage(gif, { name: 'dot.gif' })
 * console.log(width, height, data) // 1 1 Uint8Array(3) [ 255, 255, 255 ]
 * ```
 */
export function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<Image> {
  return decodePicture(bytes, options, { chooseDecoder, inflate: zlibInflate })
}

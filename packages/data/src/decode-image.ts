import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { loadSharp, type Sharp } from './sharp.ts'

/** Options of {@link decodeImage}. */
export interface DecodeOptions {
  /** What errors call the picture: its file, as a rule. */
  readonly name: string
  /** The largest width · height that is decoded; checked before memory is taken. Default: 100 million. */
  readonly maxPixels?: number
}

/**
 * Decodes a JPEG, PNG or WebP file to 8-bit sRGB of 3 channels, turned upright by its EXIF orientation. Grey becomes RGB,
 * CMYK and embedded colour profiles are converted to sRGB, 16 bits are scaled to 8. Transparency is dropped, not blended:
 * a pixel keeps the colour that is stored under it, as in PaddleClas and OpenCV. Of an animation, the first frame.
 *
 * @param bytes - the whole file
 * @returns [height, width, 3], uint8
 * @throws `corrupt-image` with the name, the reason and the size found when the file is cut off, damaged, too large or no
 *   such picture; `backend-unavailable` when sharp isn't installed
 * @example
 * ```ts
 * import { decodeImage } from '@clas/data/node'
 * import sharp from 'sharp'
 * const png = await sharp({ create: { width: 4, height: 2, channels: 3, background: 'red' } }).png().toBuffer()
 * const image = await decodeImage(png, { name: 'red.png' })
 * console.log(image.width, image.height, image.data.length) // 4 2 24
 * ```
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<Image> {
  const { name, maxPixels = 100_000_000 } = options
  const sharp = await loadSharp()
  if (!isPicture(bytes)) {
    throw corrupt(name, bytes, 'expected JPEG, PNG or WebP', `${bytes.length} bytes${startOf(bytes)}`)
  }
  try {
    // failOn: a cut-off file is an error, a harmless warning of the decoder is not.
    const { data, info } = await sharp(bytes, { autoOrient: true, failOn: 'truncated', limitInputPixels: maxPixels })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return {
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
      width: info.width,
      height: info.height,
      channels: 3,
    }
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    const limit = reason.includes('pixel limit') ? ` of ${maxPixels} pixels` : ''
    throw corrupt(name, bytes, reason + limit, `${bytes.length} bytes${await sizeOf(sharp, bytes)}`, cause)
  }
}

function corrupt(file: string, bytes: Uint8Array, reason: string, found: string, cause?: unknown): ClasError {
  return new ClasError(
    'corrupt-image',
    `${file} can't be decoded: ${reason}; found ${found}`,
    { file, reason, bytes: bytes.length },
    { cause },
  )
}

/** Only these three are let through to the decoders: SVG, PDF and others that sharp can read are not for training. */
function isPicture(bytes: Uint8Array): boolean {
  const starts = (at: number, ...values: number[]): boolean => values.every((value, i) => bytes[at + i] === value)
  const jpeg = starts(0, 0xff, 0xd8, 0xff)
  const png = starts(0, 0x89, 0x50, 0x4e, 0x47)
  const webp = starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)
  return jpeg || png || webp
}

function startOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  const text = [...bytes.subarray(0, 8)]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
    .join('')
  return ` that start with '${text}'`
}

/** The size that the header states, when there is one. */
async function sizeOf(sharp: Sharp, bytes: Uint8Array): Promise<string> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    return ` of a picture of ${width}×${height}`
  } catch {
    return ''
  }
}

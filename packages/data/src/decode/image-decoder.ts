import type { Rectangle } from '@clas/augment'
import type { ImageFileInfo } from './image-file-info.ts'
import type { Allocate, Pixels } from './to-rgb.ts'

/** What a decoder is asked for besides the picture. */
export interface DecodeRequest {
  /** Gives memory for RGB pixels, so that they need not be copied. A decoder that brings its own memory may use that. */
  readonly allocate: Allocate
  /** Whether values are to be those of sRGB, or as stored. */
  readonly colour: 'srgb' | 'stored'
  /** Decode to so many times fewer pixels in both directions, rounded up. 1 unless the decoder has `reduces`. */
  readonly reduction: 1 | 2 | 4 | 8
  /** Only this part, in pixels of the reduced picture as stored, is needed. */
  readonly region?: Rectangle
}

/** What a decoder gives: 8 bits per value, row by row, as stored. */
export interface DecodedPixels extends Pixels {
  /** Whether the values are sRGB already. */
  readonly srgb?: boolean
  /** Whether the picture is upright already. */
  readonly upright?: boolean
  /** Whether it is only the requested region. */
  readonly cropped?: boolean
}

/**
 * Decodes pictures of one format. An app that has another format, or another library, adds one with `addImageDecoder`.
 *
 * @example
 * ```ts
 * import type { ImageDecoder } from '@clas/data'
 * // A raw format: the letters 'GREY', a byte each for width and height, then the pixels.
 * export const grey: ImageDecoder = {
 *   format: 'grey',
 *   library: 'my-app',
 *   readInfo: (bytes) =>
 *     new TextDecoder().decode(bytes.subarray(0, 4)) === 'GREY'
 *       ? { format: 'grey', width: bytes[4] ?? 0, height: bytes[5] ?? 0, channels: 1, bits: 8, colour: 'grey', orientation: 1 }
 *       : undefined,
 *   decode: (bytes, { width, height }) => ({ data: bytes.slice(6), width, height, channels: 1 }),
 * }
 * ```
 */
export interface ImageDecoder {
  /** The format's name: one that clas knows, or another. */
  readonly format: string
  /** What decodes, for people: a package's name. */
  readonly library: string
  /** Reads the header; undefined when the bytes are of some other format. Needed where clas doesn't know the format. */
  readInfo?(bytes: Uint8Array): ImageFileInfo | undefined
  /** Whether it can decode to fewer pixels. */
  readonly reduces?: boolean
  /**
   * Decodes a whole file, whose size is within the limits. Throws, whatever it likes, when the file is damaged. What it
   * gives must be as large as the header says.
   */
  decode(bytes: Uint8Array, info: ImageFileInfo, request: DecodeRequest): DecodedPixels | Promise<DecodedPixels>
}

import type { Rectangle } from '@clas/augment'

/** Options of `decodeImage` and `decodeBlob`. */
export interface DecodeOptions {
  /** What errors call the picture: its file, as a rule. */
  readonly name: string
  /** The largest width · height that is decoded; checked before memory is taken. Default: 100 million. */
  readonly maxPixels?: number
  /** The largest file that is looked at. Default: 256 MiB. */
  readonly maxBytes?: number
  /** Whether the picture is turned upright by its EXIF orientation. AVIF always is. Default: true. */
  readonly orient?: boolean
  /**
   * `srgb` converts from the colour profile in the file to sRGB, as viewers do; `stored` leaves the values as they are, as
   * OpenCV and so PaddleClas do. Default: `srgb`.
   */
  readonly colour?: 'srgb' | 'stored'
  /**
   * Only this part of the upright picture, in its pixels. libjpeg-turbo then skips most of the rest; the result is the same
   * as that of decoding everything and cropping. Default: the whole picture.
   */
  readonly region?: Rectangle
  /**
   * The result may be smaller than the picture or region: by 2, 4 or 8, rounded up, as long as its shorter side has at least
   * so many pixels. Of JPEG only, which is faster to decode so; what is left out by averaging is not the same as by resizing.
   * Default: full size.
   */
  readonly minimumSize?: number
  /**
   * Gives memory of at least so many bytes for the result, to use it again for the next picture. It is asked at most once;
   * a decoder that brings memory of its own doesn't ask. Default: new memory.
   */
  readonly allocate?: (length: number) => Uint8Array
}

import type { ImageInfo } from '@clas/augment'

/** What the header of a picture file says, before anything is decoded. */
export interface ImageFileInfo extends ImageInfo {
  /** `jpeg`, `png`, `webp`, `avif`, `gif`, `bmp`, `tiff`, or a format of an app's own. */
  readonly format: string
  /** Values per pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, or CMYK. */
  readonly channels: number
  /** Bits per value: 1 to 16. */
  readonly bits: number
  /** What the values mean. Palettes count as `rgb`. */
  readonly colour: 'grey' | 'rgb' | 'cmyk'
  /**
   * How the stored picture is to be turned, by EXIF's numbers: 1 not at all, 3 by a half turn, 6 by a quarter clockwise,
   * 8 anticlockwise; 2, 4, 5 and 7 are mirrored. `width` and `height` are those before turning.
   */
  readonly orientation: number
  /** The colour profile in the file, where there is one. */
  readonly profile?: EmbeddedProfile
}

/** An ICC profile as a file holds it. */
export interface EmbeddedProfile {
  readonly bytes: Uint8Array
  /** By zlib, as in PNG. */
  readonly deflated: boolean
}

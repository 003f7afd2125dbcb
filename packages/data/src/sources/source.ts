import type { Image } from '@clas/augment'

/**
 * Pictures with labels, by index. Reading is the only thing that may take time: labels and names are known at once.
 *
 * @example
 * ```ts
 * import type { Source } from '@clas/data'
 * const grey = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 }
 * const source: Source = { length: 1, classes: ['grey'], label: () => 0, name: (i) => `grey ${i}`, read: () => grey }
 * console.log(source.length)
 * ```
 */
export interface Source {
  /** How many pictures there are. */
  readonly length: number
  /** The classes' names; a label is an index into them. */
  readonly classes: readonly string[]
  /**
   * The label of a picture, 0 … classes.length - 1. Where a picture may have several ({@link Source.targets}), the first
   * of them, and 0 where it has none.
   */
  label(index: number): number
  /**
   * The whole row of labels of a picture, one value in [0, 1] per class: 0 and 1 where it may be of several classes or
   * of none, a share where its label is soft. Left out where each picture is of one class.
   */
  targets?(index: number): readonly number[]
  /** How much a picture counts, at least 0. Left out where all count the same. */
  weight?(index: number): number
  /** What messages call a picture: a file's path, or `digit 17`. */
  name(index: number): string
  /** Reads a picture: [height, width, channels], as stored. Throws `corrupt-image` when it can't be decoded. */
  read(index: number): Promise<Image> | Image
  /** Says how a worker thread reads the same picture without the main thread. Left out where only `read` can. */
  item?(index: number): SourceItem
}

/** Where a worker thread finds a picture. Plain JSON. */
export type SourceItem = FileItem | UrlItem | ParquetItem | PixelsItem

/** A picture in a file, which may hold others too. */
export interface FileItem {
  readonly kind: 'file'
  readonly path: string
  /** Where the picture begins, in bytes. Default: 0. */
  readonly offset?: number
  /** How many bytes it has. Default: all that follow. */
  readonly length?: number
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/** A picture in a file that a server sends parts of. */
export interface UrlItem {
  readonly kind: 'url'
  readonly url: string
  readonly offset: number
  readonly length: number
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/** A picture in a row of a Parquet file. */
export interface ParquetItem {
  readonly kind: 'parquet'
  /** A path, or an address that begins with `http://` or `https://`. */
  readonly file: string
  readonly column: string
  readonly row: number
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/** Decoded pixels in a file, after each other: [height, width, channels]. */
export interface PixelsItem {
  readonly kind: 'pixels'
  readonly path: string
  readonly offset: number
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly type: 'uint8' | 'float32'
  /** CRC-32 of the bytes. */
  readonly checksum: number
}

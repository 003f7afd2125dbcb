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
  /** The label of a picture, 0 … classes.length - 1. */
  label(index: number): number
  /** What messages call a picture: a file's path, or `digit 17`. */
  name(index: number): string
  /** Reads a picture: [height, width, channels], as stored. Throws `corrupt-image` when it can't be decoded. */
  read(index: number): Promise<Image> | Image
  /** Says how a worker thread reads the same picture without the main thread. Left out where only `read` can. */
  item?(index: number): SourceItem
}

/** Where a worker thread finds a picture. Plain JSON. */
export interface SourceItem {
  readonly kind: 'file'
  readonly path: string
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

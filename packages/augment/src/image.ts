import { ClasError } from '@clas/core'

/** The size of a picture: whole numbers of at least 1. */
export interface ImageInfo {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  /** Values per pixel: 1 grey, 3 RGB, 4 RGB and alpha. */
  readonly channels: number
}

/** A picture. Nothing in this package changes a picture that it is given. */
export interface Image extends ImageInfo {
  /** [height, width, channels], row by row. 8 bits, 0 to 255, until `normalizeImage` makes it float32. */
  readonly data: Uint8Array | Float32Array
}

/** A rectangle of a picture in whole pixels, from the top left. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Zeros of the type of `like`. */
export function emptyLike(like: Image['data'], length: number): Uint8Array | Float32Array {
  return like instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
}

/** Throws `shape-mismatch` when a rectangle isn't inside the picture, or is empty. */
export function checkInside(image: Image, { left, top, width, height }: Rectangle): void {
  const inside = left >= 0 && top >= 0 && left + width <= image.width && top + height <= image.height
  if (inside && width >= 1 && height >= 1) return
  throw new ClasError(
    'shape-mismatch',
    `a crop of ${width}×${height} at (${left}, ${top}) isn't inside the picture of ${image.width}×${image.height}; ` +
      'resize the picture first or take a smaller crop',
    { left, top, width, height, imageWidth: image.width, imageHeight: image.height },
  )
}

/** Copies a rectangle of a picture. Throws as {@link checkInside}. */
export function cropRectangle(image: Image, rectangle: Rectangle): Image {
  checkInside(image, rectangle)
  const { left, top, width, height } = rectangle
  const row = width * image.channels
  const data = emptyLike(image.data, row * height)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * image.channels
    data.set(image.data.subarray(from, from + row), y * row)
  }
  return { data, width, height, channels: image.channels }
}

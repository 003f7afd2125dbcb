import type { Image } from '../image.ts'
import { affineOf } from './affine.ts'
import type { AffineMatrix } from './affine-positions.ts'
import { rot90 } from './rot90.ts'
import type { Sides, WarpOptions } from './warp-options.ts'

/** About which point a picture is turned, and what becomes of its corners. */
export interface Rotation {
  /** In pixels from the top left corner. The middle unless told. */
  readonly center?: readonly [x: number, y: number]
  /** Whether the result grows so that nothing of a picture that is turned about its middle is cut off. No unless told. */
  readonly expand?: boolean
}

/** The options of {@link rotate}. */
export interface RotateOptions extends Rotation, WarpOptions {}

/**
 * Turns a picture counter-clockwise, about its middle unless told. The size stays unless told. Results are those of
 * Pillow's `Image.rotate`.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param degrees - any finite number
 * @param options - `interpolation`: nearest unless told; `fill`: the value of what comes from outside, 0 unless told;
 *   `center` and `expand`
 * @throws `shape-mismatch` when `fill` is a list of another length than the picture has channels
 * @example
 * ```ts
 * import { rotate } from '@clas/augment'
 * const square = { data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }
 * console.log(rotate(square, 90).data) // 2 4 1 3
 * ```
 */
export function rotate(image: Image, degrees: number, options: RotateOptions = {}): Image {
  const quarters = wholeQuarters(image, degrees, options)
  if (quarters !== undefined) return rot90(image, quarters)
  const [a, b, c, d, e, f] = rotationMatrix(image, degrees, options.center)
  if (!options.expand) return affineOf(image, [a, b, c, d, e, f], options, image)
  const size = turnedSize(image, [a, b, c, d, e, f])
  const x = -(size.width - image.width) / 2
  const y = -(size.height - image.height) / 2
  return affineOf(image, [a, b, a * x + b * y + c, d, e, d * x + e * y + f], options, size)
}

/** The size of what {@link rotate} makes. */
export function rotatedSize(size: Sides, degrees: number, rotation: Rotation): Sides {
  const quarters = wholeQuarters(size, degrees, rotation)
  if (quarters !== undefined) return quarters % 2 === 0 ? size : { width: size.height, height: size.width }
  return rotation.expand ? turnedSize(size, rotationMatrix(size, degrees, rotation.center)) : size
}

/** The size that holds all of a picture whose corners come to lie where the matrix says. */
export function turnedSize({ width, height }: Sides, [a, b, c, d, e, f]: AffineMatrix): Sides {
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ] as const
  const xs = corners.map(([x, y]) => a * x + b * y + c)
  const ys = corners.map(([x, y]) => d * x + e * y + f)
  return {
    width: Math.ceil(Math.max(...xs)) - Math.floor(Math.min(...xs)),
    height: Math.ceil(Math.max(...ys)) - Math.floor(Math.min(...ys)),
  }
}

/** From a place in the result to the place in the input. Pillow and Paddle round sine and cosine to 15 digits. */
export function rotationMatrix(
  size: Sides,
  degrees: number,
  [x, y]: readonly [number, number] = [size.width / 2, size.height / 2],
): AffineMatrix {
  const angle = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180
  const cos = Number(Math.cos(angle).toFixed(15))
  const sin = Number(Math.sin(angle).toFixed(15))
  return [cos, sin, -cos * x - sin * y + x, -sin, cos, sin * x - cos * y + y]
}

/** How many quarter turns do it; undefined where it isn't a matter of moving whole pixels. */
function wholeQuarters({ width, height }: Sides, degrees: number, { center, expand }: Rotation): number | undefined {
  const quarters = (((degrees % 360) + 360) % 360) / 90
  if (center || !Number.isInteger(quarters)) return undefined
  return quarters % 2 === 0 || expand || width === height ? quarters : undefined
}

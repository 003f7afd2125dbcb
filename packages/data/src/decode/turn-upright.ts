import type { Image, Rectangle } from '@clas/augment'

/** Whether an orientation swaps width and height. */
export const isSideways = (orientation: number): boolean => orientation >= 5

/** By EXIF's number: whether columns and rows swap, and then which of the result's axes runs backwards. */
const TURNS: readonly (readonly [swap: boolean, mirrorX: boolean, mirrorY: boolean])[] = [
  [false, false, false],
  [false, true, false],
  [false, true, true],
  [false, false, true],
  [true, false, false],
  [true, true, false],
  [true, true, true],
  [true, false, true],
]

const turnOf = (orientation: number): readonly [boolean, boolean, boolean] =>
  TURNS[orientation - 1] ?? [false, false, false]

/**
 * Turns RGB pixels upright.
 *
 * @param orientation - EXIF's number, 1 … 8
 * @param allocate - gives the memory of the result
 */
export function turnUpright(
  { data, width, height }: { readonly data: Uint8Array; readonly width: number; readonly height: number },
  orientation: number,
  allocate: (length: number) => Uint8Array,
): Image & { readonly data: Uint8Array } {
  const [swap, mirrorX, mirrorY] = turnOf(orientation)
  const turned = { width: swap ? height : width, height: swap ? width : height }
  const result = allocate(data.length)
  // Steps through the stored pixels that go along the result's columns and rows.
  const alongX = (mirrorX ? -3 : 3) * (swap ? width : 1)
  const alongY = (mirrorY ? -3 : 3) * (swap ? 1 : width)
  const start = (mirrorX ? -alongX * (turned.width - 1) : 0) + (mirrorY ? -alongY * (turned.height - 1) : 0)
  for (let y = 0, o = 0; y < turned.height; y++) {
    for (let x = 0, i = start + y * alongY; x < turned.width; x++, i += alongX, o += 3) {
      result[o] = data[i] as number
      result[o + 1] = data[i + 1] as number
      result[o + 2] = data[i + 2] as number
    }
  }
  return { data: result, ...turned, channels: 3 }
}

/**
 * Where a rectangle of the upright picture is in the stored one.
 *
 * @param width - of the stored picture
 * @param height - of the stored picture
 */
export function storedRectangle(rectangle: Rectangle, orientation: number, width: number, height: number): Rectangle {
  const [swap, mirrorX, mirrorY] = turnOf(orientation)
  const [uprightWidth, uprightHeight] = swap ? [height, width] : [width, height]
  const left = mirrorX ? uprightWidth - rectangle.left - rectangle.width : rectangle.left
  const top = mirrorY ? uprightHeight - rectangle.top - rectangle.height : rectangle.top
  return swap
    ? { left: top, top: left, width: rectangle.height, height: rectangle.width }
    : { left, top, width: rectangle.width, height: rectangle.height }
}

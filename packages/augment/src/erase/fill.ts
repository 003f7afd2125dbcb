import { ClasError } from '@clas/core'
import type { Fill } from '../fill.ts'
import { emptyLike, type Image, type Rectangle } from '../image.ts'

/** How many channels are colour: an alpha channel, the fourth, stays as it is. */
export function colorChannels(channels: number): number {
  return channels === 4 ? 3 : channels
}

/** The fill for each channel of colour. Throws `shape-mismatch` when the fill is for another number of them. */
export function colorOf(transform: string, fill: Fill, channels: number): readonly number[] {
  const count = colorChannels(channels)
  if (typeof fill === 'number') return new Array<number>(count).fill(fill)
  if (fill.length === count) return fill
  throw new ClasError(
    'shape-mismatch',
    `${transform}: fill has ${fill.length} values, the picture has ${count} channels of colour; ` +
      `give fill as one number or as ${count}`,
    { expected: count, found: fill.length },
  )
}

/** A copy of a picture, to be written into. */
export function copyOf(image: Image): Image {
  const data = emptyLike(image.data, image.data.length)
  data.set(image.data)
  return { ...image, data }
}

/** Writes a colour into a rectangle of a picture, which must be inside it. */
export function fillRectangle(image: Image, rectangle: Rectangle, color: readonly number[]): void {
  const { data, width, channels } = image
  const { left, top } = rectangle
  const [first = 0] = color
  const whole = color.length === channels && color.every((value) => value === first)
  for (let y = top; y < top + rectangle.height; y++) {
    const start = (y * width + left) * channels
    const end = start + rectangle.width * channels
    if (whole) data.fill(first, start, end)
    else for (let i = start; i < end; i += channels) for (let c = 0; c < color.length; c++) data[i + c] = color[c] ?? 0
  }
}

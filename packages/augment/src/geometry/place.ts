import type { Fill } from '../fill.ts'
import { emptyLike, type Image, type Rectangle } from '../image.ts'
import { fillPixel } from './fill-pixel.ts'

/**
 * Cuts a window out of the plane that a picture lies in; around the picture is the fill value.
 *
 * @param window - in pixels of the picture, also outside of it
 * @param fill - one number, or one per channel
 */
export function place(image: Image, window: Rectangle, fill: Fill = 0): Image {
  const { data, channels } = image
  const { left, top, width, height } = window
  const out = emptyLike(data, width * height * channels)
  if (fill !== 0) fillWith(out, fillPixel(fill, channels, data))
  const from = Math.max(0, left)
  const to = Math.min(image.width, left + width)
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height) && from < to; y++) {
    const row = data.subarray((y * image.width + from) * channels, (y * image.width + to) * channels)
    out.set(row, ((y - top) * width + from - left) * channels)
  }
  return { data: out, width, height, channels }
}

function fillWith(out: Image['data'], pixel: Image['data']): void {
  out.set(pixel)
  for (let done = pixel.length; done < out.length; done *= 2) out.copyWithin(done, 0, done)
}

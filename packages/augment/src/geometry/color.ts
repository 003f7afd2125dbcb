import { ClasError } from '@clas/core'
import type { Image } from '../image.ts'
import { badOption } from '../options.ts'

/** The value of pixels that aren't from the picture: one number, or one per channel. */
export type Color = number | readonly number[]

/** Checks an option that is a fill value. */
export function colorOption(transform: string, fill: Color): Color {
  const values: readonly unknown[] = Array.isArray(fill) ? fill : [fill]
  if (values.length > 0 && values.every(Number.isFinite)) return fill
  return badOption(transform, 'fill', 'a finite number, or one per channel', fill)
}

/** The values of one pixel of the fill colour, of the type of `like`. Bytes are rounded and saturate. */
export function fillPixel(fill: Color, channels: number, like: Image['data']): Image['data'] {
  const values = typeof fill === 'number' ? new Array<number>(channels).fill(fill) : fill
  if (values.length !== channels) {
    throw new ClasError(
      'shape-mismatch',
      `the fill has ${values.length} values, the picture has ${channels} channels; give one number, or ${channels}`,
      { expected: channels, found: values.length },
    )
  }
  return like instanceof Float32Array ? Float32Array.from(values) : new Uint8Array(Uint8ClampedArray.from(values))
}

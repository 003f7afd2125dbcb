import { ClasError } from '@clas/core'
import type { Fill } from '../fill.ts'
import type { Image } from '../image.ts'

/** The values of one pixel of the fill colour, of the type of `like`. Bytes are rounded and saturate. */
export function fillPixel(fill: Fill, channels: number, like: Image['data']): Image['data'] {
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

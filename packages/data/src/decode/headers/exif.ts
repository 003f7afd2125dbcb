import { BoundedView, Damage } from '../bounded-view.ts'

const ORIENTATION = 0x112
const SHORT = 3
const LONG = 4

/**
 * The orientation that EXIF data gives, 1 … 8; 1 when they say nothing or are damaged, as a picture is none the worse for it.
 *
 * @param tiff - EXIF data from their byte order mark on, without the `Exif` before it
 */
export function exifOrientation(tiff: Uint8Array): number {
  try {
    return readOrientation(tiff)
  } catch (error) {
    if (error instanceof Damage) return 1
    throw error
  }
}

function readOrientation(tiff: Uint8Array): number {
  const view = new BoundedView(tiff, tiff[0] === 0x49)
  if (!['II', 'MM'].includes(view.ascii(0, 2)) || view.u16(2) !== 42) return 1
  const directory = view.u32(4)
  const entries = view.u16(directory)
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i
    if (view.u16(entry) !== ORIENTATION) continue
    const type = view.u16(entry + 2)
    if (type !== SHORT && type !== LONG) return 1
    const value = type === SHORT ? view.u16(entry + 8) : view.u32(entry + 8)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

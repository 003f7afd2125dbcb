import type { Image } from '../image.ts'

// ITU-R BT.601's 0.299, 0.587 and 0.114 in 16 bits after the point, as Pillow has them.
const RED = 19595
const GREEN = 38470
const BLUE = 7471
const HALF = 32768

/** The brightness of a colour, a whole number from 0 to 255, as Pillow's conversion to `L`. */
export function luma(red: number, green: number, blue: number): number {
  return (red * RED + green * GREEN + blue * BLUE + HALF) >> 16
}

/** The mean brightness of a picture, not rounded. */
export function meanLuma({ channels }: Image, data: Uint8Array): number {
  let sum = 0
  if (channels === 1) {
    for (let i = 0; i < data.length; i++) sum += data[i] as number
  } else {
    for (let i = 0; i < data.length; i += channels) {
      sum += luma(data[i] as number, data[i + 1] as number, data[i + 2] as number)
    }
  }
  return sum / (data.length / channels)
}

/** Pixels as a decoder gives them: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, or CMYK where 255 is no ink. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly cmyk?: boolean
}

/** Gives memory of at least so many bytes. */
export type Allocate = (length: number) => Uint8Array

/** RGB of pixels of any kind; alpha is dropped, not blended. Those that are RGB already are given back as they are. */
export function toRgb({ data, width, height, channels, cmyk = false }: Pixels, allocate: Allocate): Uint8Array {
  if (channels === 3) return data
  const rgb = allocate(width * height * 3)
  if (cmyk) mixInks(data, rgb)
  else pick(data, rgb, channels, channels < 3 ? 0 : 1)
  return rgb
}

/** Takes red, green and blue, `step` apart, of pixels of more or fewer channels. */
function pick(data: Uint8Array, rgb: Uint8Array, channels: number, step: 0 | 1): void {
  for (let i = 0, o = 0; o < rgb.length; i += channels, o += 3) {
    rgb[o] = data[i] as number
    rgb[o + 1] = data[i + step] as number
    rgb[o + 2] = data[i + 2 * step] as number
  }
}

/** What is left of white light after an ink and black. This is Pillow's and OpenCV's conversion, which knows no profile. */
function mixInks(data: Uint8Array, rgb: Uint8Array): void {
  for (let i = 0, o = 0; o < rgb.length; i += 4, o += 3) {
    const key = (data[i + 3] as number) / 255
    rgb[o] = Math.round((data[i] as number) * key)
    rgb[o + 1] = Math.round((data[i + 1] as number) * key)
    rgb[o + 2] = Math.round((data[i + 2] as number) * key)
  }
}

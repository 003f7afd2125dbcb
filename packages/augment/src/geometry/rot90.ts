import { emptyLike, type Image } from '../image.ts'

/** Turns a picture counter-clockwise by so many quarters: 0, 1, 2 or 3. Odd numbers swap width and height. */
export function rot90(image: Image, quarters: number): Image {
  if (quarters === 0) return image
  const { data, channels } = image
  const [width, height] = quarters === 2 ? [image.width, image.height] : [image.height, image.width]
  const out = emptyLike(data, data.length)
  // The input's values from one pixel of the result to the next, along x and along y, and where the first one is.
  const row = image.width * channels
  const [start, right, down] = {
    1: [row - channels, row, -channels],
    2: [data.length - channels, -channels, -row],
    3: [data.length - row, -row, channels],
  }[quarters as 1 | 2 | 3] as [number, number, number]
  let at = 0
  for (let y = 0; y < height; y++) {
    let from = start + y * down
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) out[at++] = data[from + c] as number
      from += right
    }
  }
  return { data: out, width, height, channels }
}

import { bytesOf, colorChannels } from '../color/bytes.ts'
import type { Image } from '../image.ts'

const PASSES = 3
/** One, in the fixed point of a box filter's weights. */
const ONE = 1 << 24

/**
 * Blurs as Pillow's `ImageFilter.GaussianBlur`: by three box filters along each side, with bytes in between (Gwosdek et
 * al. 2011, "Theoretical foundations of Gaussian convolution by extended box filtering").
 *
 * @param deviation - of the Gaussian, in pixels, at least 0; alpha stays as it is
 */
export function pillowBlur(image: Image, deviation: number): Image {
  const data = bytesOf('pillowBlur', image)
  if (deviation === 0) return image
  const { width, height, channels } = image
  const colors = colorChannels(image)
  const box = boxOf(deviation)
  const length = Math.max(width, height) + 2 * (box.radius + 1)
  const lines = [new Uint8Array(length), new Uint8Array(length)] as const
  const out = data.slice()
  for (let channel = 0; channel < colors; channel++) {
    for (let y = 0; y < height; y++) blurLine(out, y * width * channels + channel, channels, width, box, lines)
    for (let x = 0; x < width; x++) blurLine(out, x * channels + channel, width * channels, height, box, lines)
  }
  return { ...image, data: out }
}

/** A box filter whose ends weigh less: edge, then whole (2 × radius + 1 times), then edge. The sum is 2^24. */
interface Box {
  readonly radius: number
  readonly whole: number
  readonly edge: number
}

/** The box filter that gives the deviation when it runs so many times. */
function boxOf(deviation: number): Box {
  const variance = (deviation * deviation) / PASSES
  const radius = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2)
  const fraction =
    ((2 * radius + 1) * (radius * (radius + 1) - 3 * variance)) / (6 * (variance - (radius + 1) * (radius + 1)))
  const whole = Math.floor(Math.fround(ONE / (2 * Math.fround(radius + fraction) + 1)))
  return { radius, whole, edge: Math.floor((ONE - (2 * radius + 1) * whole) / 2) }
}

/** Runs all passes on one line of a channel, in two lines with margins. */
function blurLine(
  data: Uint8Array,
  start: number,
  step: number,
  count: number,
  box: Box,
  lines: readonly [Uint8Array, Uint8Array],
): void {
  let [from, to] = lines
  const margin = box.radius + 1
  for (let i = 0, at = start; i < count; i++, at += step) from[margin + i] = data[at] as number
  for (let pass = 0; pass < PASSES; pass++) {
    blurOnce(from, to, count, box)
    ;[from, to] = [to, from]
  }
  for (let i = 0, at = start; i < count; i++, at += step) data[at] = from[margin + i] as number
}

/** Runs one pass. The border pixels go on outwards. */
function blurOnce(from: Uint8Array, to: Uint8Array, count: number, { radius, whole, edge }: Box): void {
  const margin = radius + 1
  from.fill(from[margin] as number, 0, margin)
  from.fill(from[margin + count - 1] as number, margin + count, count + 2 * margin)
  let sum = 0
  for (let i = 1; i <= 2 * radius + 1; i++) sum += from[i] as number
  for (let i = 0; i < count; i++) {
    const first = from[i] as number
    const last = from[i + 2 * margin] as number
    // Below 2^32, so that products modulo 2^32 do.
    to[margin + i] = (Math.imul(sum, whole) + Math.imul(first + last, edge) + ONE / 2) >>> 24
    sum += last - (from[i + 1] as number)
  }
}

import type { Positions, Sides, WarpInterpolation } from '../geometry/warp-options.ts'
import type { Image } from '../image.ts'
import { layOut } from './layout.ts'
import { simdModule } from './module.ts'

/**
 * What `warp` makes of a picture of bytes with three channels, faster. Undefined for other pictures, or where this machine
 * has no SIMD or the picture is too large.
 *
 * @param background - the pixel of what comes from outside
 */
export function warpBySimd(
  image: Image,
  positions: Positions,
  interpolation: WarpInterpolation,
  background: Image['data'],
  { width, height }: Sides,
): Uint8Array | undefined {
  const { data, channels } = image
  if (channels !== 3 || !(data instanceof Uint8Array)) return undefined
  const length = width * height * 3
  const { addresses, end } = layOut([data.length, length, 8 * width, 8 * width, 3])
  const [source, out, xsAt, ysAt, fill] = addresses as [number, number, number, number, number]
  const simd = simdModule(end)
  if (!simd) return undefined
  const memory = simd.memory(end)
  memory.set(data, source)
  memory.set(background, fill)
  const xs = new Float64Array(memory.buffer, xsAt, width)
  const ys = new Float64Array(memory.buffer, ysAt, width)
  const { warpNearest, warpBilinear, warpBicubic } = simd.functions
  const warpRow = { nearest: warpNearest, bilinear: warpBilinear, bicubic: warpBicubic }[interpolation]
  for (let y = 0; y < height; y++) {
    positions(y, xs, ys)
    warpRow(source, image.width, image.height, xsAt, ysAt, width, out + y * width * 3, fill)
  }
  return memory.slice(out, out + length)
}

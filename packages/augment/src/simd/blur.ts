import { mirrorRow } from '../color/border.ts'
import type { HalfKernel } from '../color/gaussian-kernel.ts'
import type { Image } from '../image.ts'
import { layOut } from './layout.ts'
import { simdModule } from './module.ts'

/** What is read and written beyond an end, besides what `layOut` leaves room for. */
const BEYOND = 32

/**
 * What `blurData` makes of bytes, faster. Undefined where this machine has no SIMD or the picture is too large.
 *
 * @param across - whole numbers, as `down`
 */
export function blurBySimd(image: Image, across: HalfKernel, down: HalfKernel): Uint8Array | undefined {
  const { data, width, height, channels } = image
  const row = width * channels
  const margin = across.length - 1
  const line = row + 2 * margin * channels
  const weightsAcross = Uint16Array.from(across)
  const weightsDown = Uint16Array.from(down)
  const { addresses, end } = layOut([
    weightsAcross.byteLength,
    weightsDown.byteLength,
    8 * down.length,
    line * height + BEYOND,
    2 * row * height + BEYOND,
    row * height + BEYOND,
  ])
  const [acrossAt, downAt, rows, lines, sums, out] = addresses as [number, number, number, number, number, number]
  const simd = simdModule(end)
  if (!simd) return undefined
  const memory = simd.memory(end)
  memory.set(new Uint8Array(weightsAcross.buffer), acrossAt)
  memory.set(new Uint8Array(weightsDown.buffer), downAt)
  for (let y = 0; y < height; y++) {
    const start = lines + y * line
    mirrorRow(data.subarray(y * row, (y + 1) * row), channels, margin, memory.subarray(start, start + line))
  }
  simd.functions.blurRows(lines, sums, channels, row, height, acrossAt, across.length)
  simd.functions.blurColumns(sums, out, row, height, downAt, down.length, rows)
  return memory.slice(out, out + row * height)
}

import type { Image } from '../image.ts'
import { layOut } from './layout.ts'
import { simdModule } from './module.ts'

/**
 * What `flipRows` makes of a picture of bytes with three channels, faster. Undefined for other pictures, or where this
 * machine has no SIMD or the picture is too large.
 */
export function flipBySimd({ data, width, height, channels }: Image): Uint8Array | undefined {
  if (channels !== 3 || !(data instanceof Uint8Array)) return undefined
  const { addresses, end } = layOut([data.length, data.length])
  const [source, out] = addresses as [number, number]
  const simd = simdModule(end)
  if (!simd) return undefined
  const memory = simd.memory(end)
  memory.set(data, source)
  simd.functions.flipRows(source, out, width, height)
  return memory.slice(out, out + data.length)
}

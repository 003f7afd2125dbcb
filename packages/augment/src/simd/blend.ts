import type { BlendBase } from '../color/blend.ts'
import type { Image } from '../image.ts'
import { layOut } from './layout.ts'
import { simdModule } from './module.ts'

/**
 * What `blendBytes` makes of a picture of three channels, faster. Undefined for other pictures, or where this machine has
 * no SIMD or the picture is too large.
 */
export function blendBySimd(image: Image, data: Uint8Array, base: BlendBase, factor: number): Image | undefined {
  const { width, height, channels } = image
  if (channels !== 3) return undefined
  const { addresses, end } = layOut([data.length, data.length, data.length])
  const [source, bases, out] = addresses as [number, number, number]
  const simd = simdModule(end)
  if (!simd) return undefined
  const { blend, grey, smooth } = simd.functions
  const memory = simd.memory(end)
  memory.set(data, source)
  if (base === 'smoothed') smooth(source, bases, width, height)
  else if (base === 'grey') grey(source, bases, width * height)
  else {
    const even = base === 'mean' ? Math.floor(grey(source, bases, width * height) / (width * height) + 0.5) : base
    memory.fill(even, bases, bases + data.length)
  }
  blend(bases, source, out, data.length, factor)
  return { ...image, data: memory.slice(out, out + data.length) }
}

/** What `greyData` makes of a picture of three channels, faster. Undefined as in {@link blendBySimd}. */
export function greyBySimd({ width, height, channels }: Image, data: Uint8Array): Uint8Array | undefined {
  if (channels !== 3) return undefined
  const { addresses, end } = layOut([data.length, data.length])
  const [source, out] = addresses as [number, number]
  const simd = simdModule(end)
  if (!simd) return undefined
  const memory = simd.memory(end)
  memory.set(data, source)
  simd.functions.grey(source, out, width * height)
  return memory.slice(out, out + data.length)
}

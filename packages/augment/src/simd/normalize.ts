import { layOut } from './layout.ts'
import { simdModule } from './module.ts'

/** So many values are a whole number of pixels, whatever their channels. */
const VALUES = 12
/** So many values are computed at once. */
const STEP = 48

/** What normalising takes of each channel: (value × scale - mean) / std. */
export interface Normalization {
  readonly scale: number
  readonly means: Float32Array
  readonly stds: Float32Array
}

/**
 * Writes the normalised values of bytes, [pixels, channels], to `out`. False where this machine has no SIMD or the picture
 * is too large.
 */
export function normalizeBySimd(
  data: Uint8Array,
  channels: number,
  { scale, means, stds }: Normalization,
  out: Float32Array,
): boolean {
  if (VALUES % channels !== 0) return false
  const length = Math.ceil(data.length / STEP) * STEP
  const constants = new Float32Array(2 * VALUES)
  for (let i = 0; i < VALUES; i++) {
    constants[i] = means[(i % channels) % means.length] as number
    constants[VALUES + i] = stds[(i % channels) % stds.length] as number
  }
  const { addresses, end } = layOut([constants.byteLength, length, 4 * length])
  const [constantsAt, source, outAt] = addresses as [number, number, number]
  const simd = simdModule(end)
  if (!simd) return false
  const memory = simd.memory(end)
  memory.set(new Uint8Array(constants.buffer), constantsAt)
  memory.set(data, source)
  simd.functions.normalize(source, outAt, data.length, scale, constantsAt)
  out.set(new Float32Array(memory.buffer, outAt, data.length))
  return true
}

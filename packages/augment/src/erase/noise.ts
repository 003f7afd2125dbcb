import { type Rng, rngFromKey } from '@clas/core'

/** Two words of 32 bits that a stream of random numbers is made of in `apply`. */
export type StreamKey = readonly [number, number]

/** Draws the key of a stream. */
export function drawKey(rng: Rng): StreamKey {
  return [rng.integer(0, 2 ** 32), rng.integer(0, 2 ** 32)]
}

/**
 * Normal numbers, mean 0 and deviation 1, to the nearest of 65,536 quantiles. One draw of 32 bits makes two of them, which
 * is several times as fast as a formula: noise is drawn for each value of a picture.
 */
export function normalNoise(key: StreamKey, count: number): Float32Array {
  const { next } = rngFromKey(key)
  quantiles ??= normalQuantiles(2 ** 16)
  const noise = new Float32Array(count + 1)
  for (let i = 0; i < count; i += 2) {
    const bits = next() * 2 ** 32
    noise[i] = quantiles[bits & 0xffff] as number
    noise[i + 1] = quantiles[bits >>> 16] as number
  }
  return noise.subarray(0, count)
}

let quantiles: Float32Array | undefined

/** The middles of equal parts of the normal distribution, lowest first: its density is summed up in small steps. */
function normalQuantiles(count: number): Float32Array {
  const step = 2 ** -14
  const table = new Float32Array(count)
  let sum = 0
  let z = 0
  for (let i = 0; i < count / 2; i++) {
    const part = (i + 0.5) / count
    while (sum < part) {
      sum += (step * Math.exp(-0.5 * (z + step / 2) ** 2)) / Math.sqrt(2 * Math.PI)
      z += step
    }
    table[count / 2 + i] = z
    table[count / 2 - 1 - i] = -z
  }
  return table
}

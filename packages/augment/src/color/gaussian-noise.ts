import { drawKey, normalNoise, type StreamKey } from '../erase/noise.ts'
import { emptyLike } from '../image.ts'
import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { keepAlpha } from './bytes.ts'

/** The options of {@link gaussianNoise}. */
export interface GaussianNoiseOptions {
  /** Of the noise, as a part of the range of values. 0 unless told. */
  readonly mean?: number
  /** The standard deviation of the noise, as a part of the range of values, at least 0. 0.1 unless told. */
  readonly sigma?: number
}

/** What {@link gaussianNoise} draws. */
export interface GaussianNoiseParameters {
  /** The seed of the picture's noise. */
  readonly key: StreamKey
}

const NAME = 'GaussianNoise'

/**
 * Adds normal noise to each value, and keeps the result in its range: torchvision's GaussianNoise. 8-bit pictures range
 * from 0 to 255 and get noise whose fraction is cut off, as there; float32 pictures range from 0 to 1. Alpha stays.
 *
 * @throws `bad-option` when the mean isn't finite or sigma is negative
 * @example
 * ```ts
 * import { gaussianNoise } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const grey = { data: new Uint8Array(16).fill(128), width: 4, height: 4, channels: 1 }
 * const noise = gaussianNoise({ sigma: 0.05 })
 * console.log(noise.apply(grey, noise.sample(createRng(1), grey)).data)
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions = {}): Transform<GaussianNoiseParameters> {
  const { mean = 0 } = options
  if (!Number.isFinite(mean)) badOption(NAME, 'mean', 'a finite number', mean)
  const sigma = numberOption(NAME, 'sigma', options.sigma ?? 0.1, [0, Number.MAX_VALUE])
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ key: drawKey(rng) }),
    apply(image, { key }) {
      const { data } = image
      const noise = normalNoise(key, data.length)
      const out = emptyLike(data, data.length)
      if (out instanceof Float32Array) addFloats(data, noise, mean, sigma, out)
      else addBytes(data, noise, mean * 255, sigma * 255, out)
      keepAlpha(out, image)
      return { ...image, data: out }
    },
  })
}

function addBytes(
  data: Uint8Array | Float32Array,
  noise: Float32Array,
  mean: number,
  sigma: number,
  out: Uint8Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const value = (data[i] as number) + Math.trunc(mean + sigma * (noise[i] as number))
    out[i] = Math.max(0, Math.min(255, value))
  }
}

function addFloats(
  data: Uint8Array | Float32Array,
  noise: Float32Array,
  mean: number,
  sigma: number,
  out: Float32Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const value = (data[i] as number) + mean + sigma * (noise[i] as number)
    out[i] = Math.max(0, Math.min(1, value))
  }
}

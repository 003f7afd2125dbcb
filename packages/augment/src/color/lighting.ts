import { emptyLike, type Image } from '../image.ts'
import { numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link lighting} and {@link pcaLighting}. */
export interface LightingOptions {
  /** The standard deviation of the three weights, at least 0. 0.1 unless told. */
  readonly alphaStd?: number
}

/** What {@link lighting} and {@link pcaLighting} draw. */
export interface LightingParameters {
  /** How much of each principal component is added. */
  readonly alpha: readonly [number, number, number]
}

// Of the colours of ImageNet's pictures, in a range of 0 to 1: one column of VECTORS, for red, green and blue, per value.
const VALUES = [0.2175, 0.0188, 0.0045] as const
const VECTORS = [
  [-0.5675, 0.7192, 0.4009],
  [-0.5808, -0.0045, -0.814],
  [-0.5836, -0.6948, 0.4203],
] as const

/**
 * Adds a random mixture of the principal components of ImageNet's colours, the same to all pixels (Krizhevsky et al. 2012,
 * "ImageNet classification with deep convolutional neural networks"). 8-bit pictures are rounded and kept in 0 to 255;
 * float32 pictures are taken to be 0 to 1 and not kept in it. Alpha, and pictures of one channel, stay.
 *
 * @throws `bad-option` when `alphaStd` is negative
 * @example
 * ```ts
 * import { lighting } from '@clas/augment'
 * const grey = { data: new Uint8Array([100, 100, 100]), width: 1, height: 1, channels: 3 }
 * console.log(lighting().apply(grey, { alpha: [0.1, 0, 0] }).data) // 97 97 97
 * ```
 */
export function lighting(options: LightingOptions = {}): Transform<LightingParameters> {
  return addComponents('Lighting', options, 255)
}

/**
 * {@link lighting} as PaddleClas has it: it adds to pictures of 0 to 255 what is meant for 0 to 1, so that their values
 * move by less than 0.1. Rounded to 8 bits nothing of it is left; float32 pictures of 0 to 1 change as they should. It is
 * here so that configs of PaddleClas do what they did.
 *
 * @throws as {@link lighting}
 * @example
 * ```ts
 * import { pcaLighting } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(pcaLighting().sample(createRng(1), { width: 8, height: 8, channels: 3 }).alpha.length) // 3
 * ```
 */
export function pcaLighting(options: LightingOptions = {}): Transform<LightingParameters> {
  return addComponents('PCALighting', options, 1)
}

function addComponents(name: string, options: LightingOptions, byteScale: number): Transform<LightingParameters> {
  const alphaStd = numberOption(name, 'alphaStd', options.alphaStd ?? 0.1, [0, Number.MAX_VALUE])
  return defineTransform({
    name,
    options,
    sample: (rng): LightingParameters => ({
      alpha: [rng.normal(0, alphaStd), rng.normal(0, alphaStd), rng.normal(0, alphaStd)],
    }),
    apply(image, { alpha }) {
      if (image.channels === 1) return image
      const scale = image.data instanceof Float32Array ? 1 : byteScale
      const shift = VECTORS.map((vector) =>
        vector.reduce((sum, part, i) => sum + part * (alpha[i] as number) * (VALUES[i] as number) * scale, 0),
      )
      return addColor(image, shift as [number, number, number])
    },
  })
}

function addColor(
  { data, width, height, channels }: Image,
  [red, green, blue]: readonly [number, number, number],
): Image {
  const out = emptyLike(data, data.length)
  // Stores to a clamped array round and saturate.
  const target = out instanceof Float32Array ? out : new Uint8ClampedArray(out.buffer)
  for (let i = 0; i < data.length; i += channels) {
    target[i] = (data[i] as number) + red
    target[i + 1] = (data[i + 1] as number) + green
    target[i + 2] = (data[i + 2] as number) + blue
    if (channels === 4) target[i + 3] = data[i + 3] as number
  }
  return { data: out, width, height, channels }
}

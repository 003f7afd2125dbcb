import { type Rng, rngFromKey } from '@clas/core'
import { type Fill, fillOption } from '../fill.ts'
import { emptyLike, type Image } from '../image.ts'
import { badOption, choiceOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { beyond } from './border.ts'
import { fillPixel } from './fill-pixel.ts'
import { WARP_INTERPOLATIONS, type WarpInterpolation, type WarpOptions } from './warp-options.ts'
import { warpOverFill } from './warp-over-fill.ts'

/** The options of {@link elasticTransform}. */
export interface ElasticTransformOptions {
  /** How far pixels move: noise from -alpha / 2 to alpha / 2 pixels is smoothed. 50 unless told. */
  readonly alpha?: number
  /** How smooth the movement is: the standard deviation of the blur, in pixels, at least 0. 5 unless told. */
  readonly sigma?: number
  /** `bilinear` unless told. */
  readonly interpolation?: WarpInterpolation
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
}

/** What {@link elasticTransform} draws. */
export interface ElasticTransformParameters {
  /** The random stream that the movement of all pixels comes from. */
  readonly key: readonly [number, number]
}

const NAME = 'ElasticTransform'

/**
 * Moves each pixel by a random amount that changes smoothly over the picture, as if it were seen through water
 * (Simard et al. 2003). The size stays. Works on 8-bit and float32 pictures of any number of channels.
 *
 * This is torchvision's ElasticTransform: pixels that are partly from outside are a little darker than both sides.
 *
 * @throws `bad-option` when `alpha` isn't finite, `sigma` isn't at least 0 or an option isn't what it should be;
 *   `shape-mismatch` when the fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { elasticTransform } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const water = elasticTransform({ alpha: 40 })
 * const digit = { data: new Uint8Array(28 * 28).fill(255), width: 28, height: 28, channels: 1 }
 * console.log(water.apply(digit, water.sample(createRng(1), digit)).width) // 28
 * ```
 */
export function elasticTransform(options: ElasticTransformOptions = {}): Transform<ElasticTransformParameters> {
  const { alpha = 50, sigma = 5 } = options
  if (!Number.isFinite(alpha)) badOption(NAME, 'alpha', 'a finite number', alpha)
  if (!(sigma >= 0 && Number.isFinite(sigma))) badOption(NAME, 'sigma', 'a number of at least 0', sigma)
  const interpolation = choiceOption(NAME, 'interpolation', options.interpolation ?? 'bilinear', WARP_INTERPOLATIONS)
  const fill = fillOption(NAME, options.fill ?? 0)
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ key: rng.fork('movement').key }),
    apply(image, { key }) {
      const rng = rngFromKey(key)
      const across = movement(noise(rng, image), image, sigma, alpha)
      const down = movement(noise(rng, image), image, sigma, alpha)
      return moveEach(image, across, down, { interpolation, fill })
    },
  })
}

/** Moves each pixel by its own amounts, in pixels: [height, width]. */
export function moveEach(
  image: Image,
  across: Float32Array,
  down: Float32Array,
  { interpolation = 'bilinear', fill = 0 }: WarpOptions,
): Image {
  const { data, width, height, channels } = image
  const moved = (values: Image): Float32Array =>
    warpOverFill(
      values,
      (y, xs, ys) => {
        for (let x = 0; x < width; x++) {
          xs[x] = x + (across[y * width + x] as number)
          ys[x] = y + (down[y * width + x] as number)
        }
      },
      { interpolation },
    ).data as Float32Array
  const values = moved({ ...image, data: Float32Array.from(data) })
  // How much of each pixel of the result is from the picture.
  const parts = moved({ data: new Float32Array(width * height).fill(1), width, height, channels: 1 })
  const out = emptyLike(data, data.length)
  const target = out instanceof Float32Array ? out : new Uint8ClampedArray(out.buffer)
  const background = fillPixel(fill, channels, data)
  for (let i = 0; i < out.length; i++) {
    const part = parts[Math.floor(i / channels)] as number
    // As torchvision: what comes from the picture is weighted once as it is looked up over zeros, and once more here.
    target[i] = (values[i] as number) * part + (background[i % channels] as number) * (1 - part)
  }
  return { data: out, width, height, channels }
}

/** Noise from -1 to 1, smoothed, in pixels: [height, width]. */
export function movement(
  values: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  sigma: number,
  alpha: number,
): Float32Array {
  const kernel = gaussian(sigma)
  const blurred = blurRows(blurColumns(values, width, height, kernel), width, height, kernel)
  return blurred.map((value) => (value * alpha) / 2)
}

function noise(rng: Rng, { width, height }: Image): Float32Array {
  return Float32Array.from({ length: width * height }, () => rng.uniform(-1, 1))
}

/** Reaches four standard deviations to both sides. */
function gaussian(sigma: number): Float64Array {
  if (sigma === 0) return new Float64Array([1])
  const radius = Math.floor(Math.floor(8 * sigma + 1) / 2)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function blurRows(values: Float32Array, width: number, height: number, kernel: Float64Array): Float32Array {
  const out = new Float32Array(values.length)
  const radius = (kernel.length - 1) / 2
  const padded = new Float32Array(width + 2 * radius)
  const sources = Int32Array.from(padded, (_, i) => beyond('reflect', i - radius, width))
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < padded.length; i++) padded[i] = values[y * width + (sources[i] as number)] as number
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = 0; i < kernel.length; i++) sum += (kernel[i] as number) * (padded[x + i] as number)
      out[y * width + x] = sum
    }
  }
  return out
}

function blurColumns(values: Float32Array, width: number, height: number, kernel: Float64Array): Float32Array {
  const out = new Float32Array(values.length)
  const radius = (kernel.length - 1) / 2
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < kernel.length; i++) {
      const from = beyond('reflect', y + i - radius, height) * width
      const weight = kernel[i] as number
      for (let x = 0; x < width; x++) {
        out[y * width + x] = (out[y * width + x] as number) + weight * (values[from + x] as number)
      }
    }
  }
  return out
}

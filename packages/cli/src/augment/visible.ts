import { IMAGENET_MEAN, IMAGENET_STD, type Image, type NormalizeImageOptions, type Transform } from '@clas/augment'

/**
 * Makes a picture that can be looked at of one that a network would see: normalising is undone, and what is then outside
 * of 0 to 255 is cut off. A fourth channel is left out where it isn't alpha of 8 bits.
 *
 * @param steps - those that the picture has gone through. Float32 pictures of other steps alone are stretched from their
 *   lowest to their highest value
 */
export function visible(image: Image, steps: readonly Transform[]): Image & { readonly data: Uint8Array } {
  const { data, width, height, channels } = image
  if (data instanceof Uint8Array) return { data, width, height, channels }
  const value = inverse(steps, data)
  const shown = channels === 4 ? 3 : channels
  const bytes = new Uint8Array(width * height * shown)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < shown; c++) {
      bytes[pixel * shown + c] = Math.min(255, Math.max(0, Math.round(value(data[pixel * channels + c] as number, c))))
    }
  }
  return { data: bytes, width, height, channels: shown }
}

type Inverse = (value: number, channel: number) => number

function inverse(steps: readonly Transform[], data: Float32Array): Inverse {
  const scaling = steps.filter(({ name }) => name === 'NormalizeImage' || name === 'ToFloat')
  if (scaling.length === 0) return stretched(data)
  const inverses = scaling.map((step): Inverse => {
    if (step.name === 'ToFloat') return (value) => value * 255
    const options = (step.describe?.().options ?? {}) as NormalizeImageOptions
    const { scale = 1 / 255, mean = IMAGENET_MEAN, std = IMAGENET_STD } = options
    return (value, channel) => (value * of(std, channel) + of(mean, channel)) / scale
  })
  return (value, channel) => inverses.reduceRight((before, undo) => undo(before, channel), value)
}

function of(values: number | readonly number[], channel: number): number {
  return typeof values === 'number' ? values : (values[channel % values.length] as number)
}

function stretched(data: Float32Array): Inverse {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return (value) => (high > low ? (255 * (value - low)) / (high - low) : 0)
}

import type { Image } from '../image.ts'
import { badOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link channelOrder}. */
export interface ChannelOrderOptions {
  /** For each of the three colours the channel that it comes from, 0 to 2. [2, 1, 0] unless told: red and blue change. */
  readonly order?: readonly [number, number, number]
}

const NAME = 'ChannelOrder'

/**
 * Changes the order of the colours. [2, 1, 0] makes BGR of RGB, for networks whose training read pictures with OpenCV, and
 * RGB of BGR. Alpha, and pictures of one channel, stay. Works on 8-bit and float32 pictures.
 *
 * @throws `bad-option` when the order isn't one of 0, 1 and 2
 * @example
 * ```ts
 * import { channelOrder } from '@clas/augment'
 * const pixel = { data: new Uint8Array([10, 20, 30]), width: 1, height: 1, channels: 3 }
 * console.log(channelOrder({ order: [2, 1, 0] }).apply(pixel, null).data) // 30 20 10
 * ```
 */
export function channelOrder(options: ChannelOrderOptions = {}): Transform<null> {
  const order = options.order ?? [2, 1, 0]
  if (!Array.isArray(order) || order.length !== 3 || ![0, 1, 2].every((channel) => order.includes(channel))) {
    badOption(NAME, 'order', '0, 1 and 2 in some order', order)
  }
  const [first, second, third] = order
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply(image): Image {
      const { data, channels } = image
      if (channels === 1) return image
      const out = data.slice()
      for (let i = 0; i < out.length; i += channels) {
        out[i] = data[i + first] as number
        out[i + 1] = data[i + second] as number
        out[i + 2] = data[i + third] as number
      }
      return { ...image, data: out }
    },
  })
}

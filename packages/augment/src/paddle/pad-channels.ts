import { emptyLike } from '../image.ts'
import { badOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link padChannels}. */
export interface PadChannelsOptions {
  /** Of the result, at least those of the picture. */
  readonly channels: number
}

const NAME = 'PadChannels'

/**
 * Adds channels of zeros after those that a picture has: what PaddleClas's NormalizeImage does with `channel_num: 4`, for
 * networks whose first layer is padded to four channels. Works on 8-bit and float32 pictures.
 *
 * @throws `bad-option` when `channels` isn't a whole number of at least 1, or the picture has more
 * @example
 * ```ts
 * import { padChannels } from '@clas/augment'
 * const pixel = { data: new Uint8Array([7, 8, 9]), width: 1, height: 1, channels: 3 }
 * console.log(padChannels({ channels: 4 }).apply(pixel, null).data) // 7 8 9 0
 * ```
 */
export function padChannels(options: PadChannelsOptions): Transform<null> {
  const { channels } = options
  if (!Number.isSafeInteger(channels) || channels < 1) {
    badOption(NAME, 'channels', 'a whole number of at least 1', channels)
  }
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply(image) {
      if (image.channels > channels) badOption(NAME, 'channels', `at least the picture's ${image.channels}`, channels)
      const pixels = image.width * image.height
      const data = emptyLike(image.data, pixels * channels)
      for (let c = 0; c < image.channels; c++) {
        for (let i = 0; i < pixels; i++) data[i * channels + c] = image.data[i * image.channels + c] as number
      }
      return { ...image, channels, data }
    },
    outputInfo: ({ width, height }) => ({ width, height, channels }),
  })
}

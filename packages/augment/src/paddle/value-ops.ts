import { badOption } from '../options.ts'
import type { ReadOp } from './read-op.ts'
import { specOf } from './spec-of.ts'

/** Ops that decode, order and scale values. Pictures are height, width, channels throughout, so there is no ToCHWImage. */
export const VALUE_OPS: Readonly<Record<string, ReadOp>> = {
  DecodeImage(options) {
    // Pictures are decoded already, to RGB; Pillow's object, with to_np false, is RGB whatever to_rgb says.
    const array = options.take('to_np') ?? true
    const rgb = options.take('to_rgb') ?? true
    options.take('channel_first')
    options.word('backend', ['cv2', 'pil'])
    return array && !rgb ? [specOf('ChannelOrder')] : []
  },
  NormalizeImage(options) {
    options.word('order', ['', 'hwc', 'chw'])
    options.take('output_fp16')
    const normalize = specOf('NormalizeImage', {
      scale: options.number('scale'),
      mean: options.take('mean'),
      std: options.take('std'),
    })
    const channels = options.take('channel_num') ?? 3
    if (channels !== 3 && channels !== 4) badOption('NormalizeImage', 'channel_num', '3 or 4', channels)
    return channels === 3 ? [normalize] : [normalize, specOf('PadChannels', { channels })]
  },
  ToCHWImage: () => [],
  // paddle.vision's: the values by 255; a Normalize after it takes them as they are.
  ToTensor: (options) => {
    options.take('data_format')
    return [specOf('ToFloat')]
  },
  Normalize: (options) => {
    options.take('data_format')
    const mean = options.take('mean') ?? 0
    const std = options.take('std') ?? 1
    return [specOf('NormalizeImage', { scale: 1, mean, std })]
  },
}

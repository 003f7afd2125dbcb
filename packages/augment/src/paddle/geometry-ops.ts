import type { OpOptions } from './op-options.ts'
import type { ReadOp } from './read-op.ts'
import { specOf } from './spec-of.ts'

const BACKENDS = ['cv2', 'pil'] as const
const INTERPOLATIONS = {
  cv2: ['nearest', 'bilinear', 'area', 'bicubic', 'lanczos', 'random'],
  pil: ['nearest', 'bilinear', 'bicubic', 'box', 'lanczos', 'hamming', 'random'],
} as const
const VISION_INTERPOLATIONS = ['nearest', 'bilinear', 'area', 'bicubic', 'lanczos'] as const

/** Ops that move pixels: those of PaddleClas, and those of paddle.vision that its configs name. */
export const GEOMETRY_OPS: Readonly<Record<string, ReadOp>> = {
  ResizeImage(options) {
    const short = options.number('resize_short')
    const size = options.take('size')
    options.take('return_numpy')
    // As there: resize_short goes before size.
    const to = short !== undefined && short > 0 ? { shortSide: short } : { size }
    return [specOf('ResizeImage', { ...to, ...resampling(options) })]
  },
  RandCropImage(options, { epochs }) {
    const sizes = options.take('progress_size')
    const transform = specOf('RandCropImage', {
      size: options.take('size'),
      scale: options.take('scale'),
      ratio: options.take('ratio'),
      useLogAspect: options.take('use_log_aspect'),
      ...resampling(options),
    })
    if (sizes === undefined || epochs === undefined) return [transform]
    return [specOf('Schedule', { transform, option: 'size', ramp: { values: sizes, epochs } })]
  },
  CropImage: (options) => [specOf('CropImage', { size: options.take('size') })],
  CropImageAtRatio: (options) => [
    specOf('CropImageAtRatio', {
      size: options.take('size'),
      pad: options.take('pad'),
      interpolation: options.word('interpolation', VISION_INTERPOLATIONS),
    }),
  ],
  CropWithPadding(options) {
    // The crop isn't resized there.
    options.take('size')
    options.take('interpolation')
    return [
      specOf('CropWithPadding', {
        p: options.number('prob'),
        fill: options.take('padding_num'),
        scale: options.take('scale'),
        ratio: options.take('ratio'),
      }),
    ]
  },
  RandCropImageV2: (options) => [specOf('RandCropImageV2', { size: options.take('size') })],
  RandomCropImage: (options) => [specOf('RandomCropImage', { size: options.take('size') })],
  RandFlipImage: (options) => [specOf('RandFlipImage', { flipCode: options.take('flip_code') })],
  RandomRot90: () => [specOf('RandomRot90')],
  RandomRotation: (options) => [
    specOf('RandomRotation', {
      p: options.number('prob'),
      degrees: options.take('degrees'),
      interpolation: options.word('interpolation', ['nearest', 'bilinear', 'bicubic']),
      expand: options.take('expand'),
      center: options.take('center'),
      fill: options.take('fill'),
    }),
  ],
  Pad: (options) => {
    // padding_mode is read there, and then not used.
    options.take('padding_mode')
    options.word('backend', BACKENDS)
    return [specOf('Pad', { padding: options.take('padding'), fill: options.take('fill') })]
  },
  Pad_paddle_vision: (options) => [
    specOf('Pad', {
      padding: options.take('padding'),
      fill: options.take('fill'),
      mode: options.word('padding_mode', ['constant', 'edge', 'reflect', 'symmetric']),
    }),
  ],
  Padv2: (options) => [
    specOf('Padv2', {
      size: options.take('size'),
      sizeDivisor: options.take('size_divisor'),
      padMode: options.take('pad_mode'),
      offsets: options.take('offsets'),
      fill: options.take('fill_value'),
    }),
  ],
  RandomInterpolationAugment: (options) => [specOf('RandomInterpolationAugment', { p: options.number('prob') })],

  // Of paddle.vision, whose sizes are [height, width].
  Resize: (options) => {
    const size = options.take('size')
    const interpolation = options.word('interpolation', VISION_INTERPOLATIONS)
    return [specOf('Resize', { size: heightFirst(size), interpolation })]
  },
  CenterCrop: (options) => [specOf('CenterCrop', { size: heightFirst(options.take('size')) })],
  RandomHorizontalFlip: (options) => [specOf('RandFlipImage', { p: options.number('prob') })],
  RandomResizedCrop: (options) => [
    specOf('RandomResizedCrop', {
      size: heightFirst(options.take('size')),
      scale: options.take('scale'),
      ratio: options.take('ratio'),
      interpolation: options.word('interpolation', VISION_INTERPOLATIONS),
    }),
  ],
}

function resampling(options: OpOptions): Readonly<Record<string, unknown>> {
  const backend = options.word('backend', BACKENDS)
  return { interpolation: options.word('interpolation', INTERPOLATIONS[backend ?? 'cv2']), backend }
}

/** [width, height] of a size that has its height first. */
function heightFirst(size: unknown): unknown {
  return Array.isArray(size) && size.length === 2 ? [size[1], size[0]] : size
}

import { badOption } from '../options.ts'
import type { OpOptions } from './op-options.ts'
import type { ReadOp } from './read-op.ts'
import { specOf } from './spec-of.ts'

/** Ops that change colours, erase parts or run a policy. */
export const AUGMENT_OPS: Readonly<Record<string, ReadOp>> = {
  AutoAugment: (options) => [specOf('AutoAugment', { fill: options.take('fillcolor') })],
  RandAugment: (options) => [specOf('RandAugment', randAugmentOptions(options))],
  RandAugmentV2(options, { epochs }) {
    const magnitudes = options.take('progress_magnitude')
    const given = randAugmentOptions(options)
    if (magnitudes === undefined || epochs === undefined) return [specOf('RandAugmentV2', given)]
    return [specOf('RandAugmentV2', { ...given, magnitude: undefined, progressMagnitude: magnitudes, epochs })]
  },
  RandAugmentV3: (options) => [
    specOf('RandAugmentV3', { ...randAugmentOptions(options), interpolation: options.take('interpolation') }),
  ],
  RandAugmentV4: () => [specOf('RandAugmentV4')],
  TimmAutoAugment(options) {
    const named = options.names.includes('config_str')
    const config = options.take('config_str')
    if (named && typeof config !== 'string') {
      badOption('TimmAutoAugment', 'config_str', "a string such as 'rand-m9-mstd0.5-inc1' (PaddleClas fails too)", null)
    }
    // It sets the length of shifts there in operations that no config draws.
    options.take('img_size')
    return [
      specOf('TimmAutoAugment', {
        config,
        interpolation: options.take('interpolation'),
        mean: options.take('mean'),
        p: options.number('prob'),
      }),
    ]
  },
  AugMix: (options) => [
    specOf('AugMix', {
      p: options.number('prob'),
      alpha: options.number('aug_prob_coeff'),
      width: options.take('mixture_width'),
      depth: options.take('mixture_depth'),
      severity: options.number('aug_severity'),
    }),
  ],
  Cutout(options) {
    const fill = options.take('fill_value')
    return [
      specOf('Cutout', {
        nHoles: options.take('n_holes'),
        length: options.take('length'),
        fill: fill === 'none' ? 'random' : fill,
      }),
    ]
  },
  RandomErasing(options) {
    const least = options.number('sl') ?? 0.02
    const most = options.number('sh') ?? 0.4
    const ratio = options.number('r1') ?? 0.3
    return [
      specOf('RandomErasing', {
        p: options.number('EPSILON'),
        scale: [least, most],
        ratio: [ratio, 1 / ratio],
        useLogAspect: options.take('use_log_aspect'),
        attempts: options.take('attempt'),
        mode: options.word('mode', ['const', 'rand', 'pixel']),
        fill: options.take('mean'),
      }),
    ]
  },
  HideAndSeek: () => [specOf('HideAndSeek')],
  GridMask: (options) => [
    specOf('GridMask', {
      d1: options.take('d1'),
      d2: options.take('d2'),
      rotate: options.take('rotate'),
      ratio: options.number('ratio'),
      mode: options.take('mode'),
      p: options.number('prob'),
    }),
  ],
  // Its probability is 2 there, which is always.
  ColorJitter: (options) => [
    specOf('ColorJitter', { p: atMostOne(options.number('prob')), ...colorJitterOptions(options) }),
  ],
  RawColorJitter: (options) => [specOf('ColorJitter', colorJitterOptions(options))],
  RandomGrayscale: (options) => [specOf('RandomGrayscale', { p: options.number('p') })],
  PCALighting: () => [specOf('PCALighting')],
  BlurImage: (options) => [
    specOf('BlurImage', {
      p: options.number('ratio'),
      motionMaxKernel: options.take('motion_max_ksize'),
      motionMaxAngle: options.take('motion_max_angle'),
      gaussianMaxKernel: options.take('gaussian_max_ksize'),
    }),
  ],
}

function randAugmentOptions(options: OpOptions): Readonly<Record<string, unknown>> {
  return {
    numLayers: options.take('num_layers'),
    magnitude: options.number('magnitude'),
    fill: options.take('fillcolor'),
  }
}

function colorJitterOptions(options: OpOptions): Readonly<Record<string, unknown>> {
  return {
    brightness: options.take('brightness'),
    contrast: options.take('contrast'),
    saturation: options.take('saturation'),
    hue: options.take('hue'),
  }
}

function atMostOne(p: number | undefined): number | undefined {
  return p === undefined ? undefined : Math.min(1, p)
}

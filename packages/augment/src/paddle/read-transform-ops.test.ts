import { readFileSync } from 'node:fs'
import { createRng, isClasError } from '@clas/core'
import { describe, expect, test } from 'vitest'
import {
  type Image,
  type PaddleOp,
  readTransformOps,
  serialize,
  type TransformOps,
  type TransformSpec,
} from '../index.ts'

interface Occurrence {
  readonly op: PaddleOp
  readonly count: number
}

const configs = JSON.parse(readFileSync(new URL('../../fixtures/paddle_configs.json', import.meta.url), 'utf8')) as {
  readonly files: number
  readonly ops: readonly Occurrence[]
  readonly batchOps: readonly Occurrence[]
}

/** What PaddleClas can't build either, and why. */
const UNREADABLE: Readonly<Record<string, RegExp>> = {
  '{"TimmAutoAugment":{"config_str":null}}': /^bad-option .*config_str must be a string/,
  '{"RandomCrop":{"pad_if_needed":false,"size":[128,256]}}': /^unknown-name .*'RandomCropImage'/,
}

const errorOf = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    return isClasError(error) ? `${error.code} ${error.message}` : String(error)
  }
  return 'none'
}
const read = (op: PaddleOp): TransformSpec[] => serialize(readTransformOps({ transform_ops: [op] }).transform) ?? []
const readBatch = (op: PaddleOp): TransformSpec | undefined =>
  readTransformOps({ batch_transform_ops: [op] }).batchTransform?.describe?.()

test('every op of every config reads, but for those that PaddleClas refuses too', () => {
  const refused: Record<string, string> = {}
  for (const { op } of configs.ops) {
    const error = errorOf(() => readTransformOps({ transform_ops: [op] }))
    if (error !== 'none') refused[JSON.stringify(op)] = error
  }
  expect(Object.keys(refused).sort()).toEqual(Object.keys(UNREADABLE).sort())
  for (const [op, message] of Object.entries(UNREADABLE)) expect(refused[op]).toMatch(message)
  for (const { op } of configs.batchOps)
    expect(readBatch(op)?.name).toMatch(/^(Mixup|Cutmix|OpSampler|MixupCutmixHybrid)$/)
})

describe('ops and their options', () => {
  const cases: readonly (readonly [PaddleOp, readonly TransformSpec[]])[] = [
    [{ DecodeImage: { to_rgb: true, channel_first: false } }, []],
    [{ DecodeImage: { to_np: false, to_rgb: false, backend: 'pil' } }, []],
    [{ DecodeImage: { to_rgb: false } }, [{ name: 'ChannelOrder', options: {} }]],
    [{ ToCHWImage: null }, []],
    [{ ResizeImage: { resize_short: 256 } }, [{ name: 'ResizeImage', options: { shortSide: 256 } }]],
    [{ ResizeImage: { size: [160, 80] } }, [{ name: 'ResizeImage', options: { size: [160, 80] } }]],
    [
      { ResizeImage: { size: 9, resize_short: 7, interpolation: 'Bicubic', backend: 'PIL', return_numpy: false } },
      [{ name: 'ResizeImage', options: { shortSide: 7, interpolation: 'bicubic', backend: 'pil' } }],
    ],
    [
      { RandCropImage: { size: 171, progress_size: [171, 214], scale: [0.05, 1], use_log_aspect: true } },
      [{ name: 'RandCropImage', options: { size: 171, scale: [0.05, 1], useLogAspect: true } }],
    ],
    [{ RandFlipImage: { flip_code: 0 } }, [{ name: 'RandFlipImage', options: { flipCode: 0 } }]],
    [
      { NormalizeImage: { scale: '1.0/255.0', mean: [0.5, 0.5, 0.5], std: null, order: '', channel_num: 4 } },
      [
        { name: 'NormalizeImage', options: { scale: 1 / 255, mean: [0.5, 0.5, 0.5] } },
        { name: 'PadChannels', options: { channels: 4 } },
      ],
    ],
    [{ ToTensor: null }, [{ name: 'ToFloat', options: {} }]],
    [
      { Normalize: { mean: [0.5], std: [0.25] } },
      [{ name: 'NormalizeImage', options: { scale: 1, mean: [0.5], std: [0.25] } }],
    ],
    [{ Cutout: { length: 224, fill_value: 'none' } }, [{ name: 'Cutout', options: { length: 224, fill: 'random' } }]],
    [
      {
        RandomErasing: {
          EPSILON: 0.25,
          sl: 0.02,
          sh: '1.0/3.0',
          r1: 0.3,
          attempt: 10,
          use_log_aspect: true,
          mode: 'pixel',
        },
      },
      [
        {
          name: 'RandomErasing',
          options: {
            p: 0.25,
            scale: [0.02, 1 / 3],
            ratio: [0.3, 1 / 0.3],
            useLogAspect: true,
            attempts: 10,
            mode: 'pixel',
          },
        },
      ],
    ],
    [
      {
        TimmAutoAugment: {
          prob: 0.5,
          config_str: 'rand-m7-mstd0.5-inc1',
          interpolation: 'random',
          img_size: [192, 256],
        },
      },
      [{ name: 'TimmAutoAugment', options: { config: 'rand-m7-mstd0.5-inc1', interpolation: 'random', p: 0.5 } }],
    ],
    [{ ColorJitter: { prob: 2, brightness: 0.4 } }, [{ name: 'ColorJitter', options: { p: 1, brightness: 0.4 } }]],
    [
      { RandomApply: { p: 0.8, transforms: [{ RawColorJitter: { hue: 0.1 } }, { RandFlipImage: null }] } },
      [
        {
          name: 'WithProbability',
          options: {
            p: 0.8,
            transform: {
              name: 'Compose',
              options: {
                transforms: [
                  { name: 'ColorJitter', options: { hue: 0.1 } },
                  { name: 'RandFlipImage', options: {} },
                ],
              },
            },
          },
        },
      ],
    ],
  ]
  test.each(cases)('%j', (op, specs) => {
    expect(read(op)).toEqual(specs)
  })
})

test('sizes of paddle.vision have their height first', () => {
  const sizeOf = (op: PaddleOp): readonly number[] => {
    const { transform } = readTransformOps({ transform_ops: [op] })
    const photo = { data: new Uint8Array(64 * 48 * 3), width: 64, height: 48, channels: 3 }
    const { width, height } = transform.run(photo, createRng(1)).image
    return [width, height]
  }
  expect(sizeOf({ Resize: { size: [20, 30] } })).toEqual([30, 20])
  expect(sizeOf({ CenterCrop: { size: [20, 30] } })).toEqual([30, 20])
  expect(sizeOf({ RandomResizedCrop: { size: [20, 30] } })).toEqual([30, 20])
  expect(sizeOf({ ResizeImage: { size: [20, 30] } })).toEqual([20, 30])
  expect(sizeOf({ CropImage: { size: [20, 30] } })).toEqual([20, 30])
  expect(sizeOf({ RandomCropImage: { size: [20, 30] } })).toEqual([20, 30])
  expect(sizeOf({ RandCropImageV2: { size: [20, 30] } })).toEqual([20, 30])
})

test('progressive training changes sizes and magnitudes in its stages', () => {
  const ops: TransformOps = {
    transform_ops: [
      { RandCropImage: { size: 171, progress_size: [171, 214, 257, 300] } },
      { RandAugmentV2: { num_layers: 2, magnitude: 5, progress_magnitude: [5, 8.3333333333, 11.66666666667, 15] } },
    ],
  }
  const [crop, policy] = serialize(readTransformOps(ops, { epochs: 350 }).transform) ?? []
  expect(crop).toEqual({
    name: 'Schedule',
    options: {
      transform: { name: 'RandCropImage', options: { size: 171 } },
      option: 'size',
      ramp: { values: [171, 214, 257, 300], epochs: 350 },
    },
  })
  expect(policy?.options).toEqual({
    numLayers: 2,
    progressMagnitude: [5, 8.3333333333, 11.66666666667, 15],
    epochs: 350,
  })
  const fixed = serialize(readTransformOps(ops).transform) ?? []
  expect(fixed.map(({ options }) => options)).toEqual([{ size: 171 }, { numLayers: 2, magnitude: 5 }])
})

test('batch ops become batch transforms, several of them one after another', () => {
  const sampler: PaddleOp = { OpSampler: { MixupOperator: { alpha: 0.8, prob: 0.5 }, CutmixOperator: { alpha: 1 } } }
  const specs = {
    name: 'OpSampler',
    options: {
      transforms: [
        { name: 'Mixup', options: { alpha: 0.8 } },
        { name: 'Cutmix', options: { alpha: 1 } },
      ],
      probabilities: [0.5, 0],
    },
  }
  expect(readBatch(sampler)).toEqual(specs)
  expect(readBatch({ MixupOperator: { class_num: 10, alpha: 0.2 } })).toEqual({
    name: 'Mixup',
    options: { alpha: 0.2 },
  })
  const fmix = { FmixOperator: { alpha: 1, decay_power: 3, max_soft: 0, reformulate: false } }
  expect(readBatch(fmix)?.options).toEqual({ alpha: 1, decayPower: 3, maxSoft: 0, reformulate: false })
  const hybrid = { MixupCutmixHybrid: { mixup_alpha: 0.8, cutmix_alpha: 1, switch_prob: 0.5, num_classes: 1000 } }
  expect(readBatch(hybrid)?.options).toEqual({ mixupAlpha: 0.8, cutmixAlpha: 1, switchProbability: 0.5 })
  expect(readTransformOps({ batch_transform_ops: [sampler, fmix] }).batchTransform?.name).toBe('Compose')
})

test('no list is no transform', () => {
  const { transform, batchTransform } = readTransformOps({ transform_ops: null })
  expect(transform.steps).toEqual([])
  expect(batchTransform).toBeUndefined()
})

test('the pictures are those of the list: BGR, resized, cropped, normalised', () => {
  const { transform } = readTransformOps({
    transform_ops: [
      { DecodeImage: { to_rgb: false } },
      { CropImage: { size: 1 } },
      { NormalizeImage: { scale: '1./255.', mean: [0, 0.5, 1], std: [1, 0.5, 2], order: 'hwc' } },
    ],
  })
  const photo: Image = { data: Uint8Array.of(255, 0, 51), width: 1, height: 1, channels: 3 }
  const seen = Array.from(transform.run(photo, createRng(1)).image.data, (value) => Number(value.toFixed(5)))
  expect(seen).toEqual([0.2, -1, 0])
})

describe('what is wrong is told with its place', () => {
  const wrong: readonly (readonly [TransformOps, RegExp])[] = [
    [
      { transform_ops: [{ CropImage: { size: 9 } }, { RandCropImge: { size: 9 } }] },
      /^unknown-name transform_ops\[1\], RandCropImge: there is no op of PaddleClas 'RandCropImge'; did you mean 'RandCropImage'/,
    ],
    [
      { transform_ops: [{ RandCropImage: { size: 9, scal: [0, 1] } }] },
      /^bad-option transform_ops\[0\], RandCropImage: RandCropImage has no option scal; did you mean scale/,
    ],
    [{ transform_ops: [{ ToCHWImage: { size: 9 } }] }, /ToCHWImage has no option size; it has none/],
    [{ transform_ops: [{ RandCropImage: { size: 0 } }] }, /^bad-option .*size must be a whole number/],
    [{ transform_ops: [{ NormalizeImage: { scale: '__import__("os")' } }] }, /scale must be a number, or a quotient/],
    [{ transform_ops: [{ NormalizeImage: { channel_num: 5 } }] }, /channel_num must be 3 or 4, found 5/],
    [
      { transform_ops: [{ ResizeImage: { size: 9, backend: 'cv3' } }] },
      /backend must be one of 'cv2', 'pil', found "cv3"/,
    ],
    [{ transform_ops: [{ ResizeImage: { size: 9, interpolation: 'box' } }] }, /interpolation must be one of/],
    [
      { transform_ops: [{ ResizeImage: {}, CropImage: {} } as PaddleOp] },
      /an op: form must be one name with its options/,
    ],
    [
      { transform_ops: { CropImage: { size: 9 } } as unknown as PaddleOp[] },
      /^bad-option transform_ops must be a list/,
    ],
    [{ transform_ops: [{ CropImage: 9 as unknown as null }] }, /CropImage: options must be names and values, found 9/],
    [
      { batch_transform_ops: [{ MixupOperater: { alpha: 1 } }] },
      /^unknown-name batch_transform_ops\[0\], MixupOperater: .*did you mean 'MixupOperator'/,
    ],
    [{ batch_transform_ops: [{ MixupOperator: { alpha: 0 } }] }, /^bad-option .*alpha/],
    [
      { batch_transform_ops: [{ OpSampler: { MixupOperator: { prob: 0.9 }, CutmixOperator: { prob: 0.9 } } }] },
      /^bad-option batch_transform_ops\[0\], OpSampler: .*probabilities/,
    ],
  ]
  test.each(wrong)('%j', (ops, message) => {
    expect(errorOf(() => readTransformOps(ops))).toMatch(message)
  })
})

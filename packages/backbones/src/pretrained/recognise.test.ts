import type { ArrayRecord, StateDict } from '@clas/core'
import { type Module, stateDictShapes } from '@clas/nn'
import { describe, expect, test } from 'vitest'
import { MobileNetV2 } from '../models/mobilenet-v2.ts'
import { MobileNetV3_small_x1_0 } from '../models/mobilenet-v3.ts'
import { PPHGNet_tiny } from '../models/pp-hgnet.ts'
import { PPLCNet_x0_25 } from '../models/pp-lcnet.ts'
import { SwinTransformer_tiny_patch4_window7_224 } from '../models/swin-transformer.ts'
import { VGG11 } from '../models/vgg.ts'
import { recogniseStateDict } from './recognise.ts'

const model = PPLCNet_x0_25()
const zeros = (shape: readonly number[]): ArrayRecord => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
})
const zeroDict = (layout: 'clas' | 'paddle' | 'torch', of: Module = model): StateDict =>
  Object.fromEntries(Object.entries(stateDictShapes(of, layout)).map(([key, shape]) => [key, zeros(shape)]))

describe('a file with the keys of the model', () => {
  test.each(['clas', 'paddle', 'torch'] as const)('has the layout %s where its shapes have', (layout) => {
    const arrays = zeroDict(layout)
    expect(recogniseStateDict(model, arrays)).toEqual({ arrays, layout })
    expect(recogniseStateDict(model, arrays, 'clas').layout).toBe('clas')
  })

  test('is found by most of its shapes where the classes are others', () => {
    const arrays = { ...zeroDict('paddle'), 'fc.weight': zeros([1280, 3]), 'fc.bias': zeros([3]) }
    expect(recogniseStateDict(model, arrays).layout).toBe('paddle')
  })

  test("may have PyTorch's names of statistics", () => {
    const torch = Object.fromEntries(
      Object.entries(zeroDict('torch')).map(([key, array]) => [
        key.replace('._mean', '.running_mean').replace('._variance', '.running_var'),
        array,
      ]),
    )
    const counted = { ...torch, 'conv1.bn.num_batches_tracked': { shape: [], data: new Int32Array(1) } }
    const { arrays, layout } = recogniseStateDict(model, counted)
    expect(layout).toBe('torch')
    expect(Object.keys(arrays)).toEqual(Object.keys(zeroDict('torch')))
  })
})

test('a checkpoint of training is read without what is not the model', () => {
  const { arrays } = recogniseStateDict(model, {
    'params/fc.bias': zeros([1000]),
    'buffers/conv1.bn._mean': zeros([8]),
    'optimizer/fc.bias': zeros([1000]),
  })
  expect(Object.keys(arrays)).toEqual(['fc.bias', 'conv1.bn._mean'])
})

test('axes of length 1 are those of the model', () => {
  const net = PPHGNet_tiny()
  const flat = { 'stem.stem.0.conv.weight': zeros([1]), 'head.last_conv.0.weight': zeros([2048, 768]) }
  expect(recogniseStateDict(net, flat).arrays['last_conv.weight']?.shape).toEqual(
    stateDictShapes(net, 'torch')['last_conv.weight'],
  )
})

describe('a file of an architecture that an option makes', () => {
  test.each([
    [MobileNetV2(), 'features.1.conv.0.0.weight', 'MobileNetV2({ expandFirst: false })'],
    [MobileNetV3_small_x1_0(), 'features.1.block.0.0.weight', "MobileNetV3_small_x1_0({ variant: 'torchvision' })"],
    [VGG11(), 'classifier.6.weight', "VGG11({ variant: 'torchvision' })"],
    [
      SwinTransformer_tiny_patch4_window7_224(),
      'layers.3.downsample.norm.weight',
      'SwinTransformer_tiny_patch4_window7_224({ shiftCovering: false })',
    ],
  ])('is refused for $0.name without it, and the error says which', (plain, key, call) => {
    expect(() => recogniseStateDict(plain, { [key]: zeros([1]) })).toThrow(
      expect.objectContaining({ code: 'state-dict-mismatch', message: expect.stringContaining(call) }),
    )
  })

  test("is Microsoft's Swin where linear layers are PyTorch's under PaddleClas's names", () => {
    const plain = SwinTransformer_tiny_patch4_window7_224()
    const unshifted = SwinTransformer_tiny_patch4_window7_224({ shiftCovering: false })
    expect(() => recogniseStateDict(plain, zeroDict('torch', plain))).toThrow('shiftCovering: false')
    expect(recogniseStateDict(unshifted, zeroDict('torch', plain)).layout).toBe('torch')
    for (const layout of ['clas', 'paddle'] as const) {
      expect(Object.keys(recogniseStateDict(plain, zeroDict(layout, plain)).arrays)).toEqual(
        Object.keys(stateDictShapes(plain)),
      )
    }
  })

  test("is not torchvision's VGG where that has BatchNorm", () => {
    const arrays = { 'classifier.6.weight': zeros([1]), 'features.1.weight': zeros([1]) }
    expect(recogniseStateDict(VGG11(), arrays).arrays).toEqual(arrays)
  })
})

import { createRng, disposeVariables, type StateDict } from '@clas/core'
import { useBackend } from '@clas/kernels'
import {
  conv2d,
  flatten,
  globalAvgPool,
  indexBuffer,
  init,
  linear,
  loadStateDict,
  module,
  parameter,
  truncatedNormal,
} from '@clas/nn'
import { beforeAll, describe, expect, test } from 'vitest'
import { imagenetPreprocessing, type Model } from '../model.ts'
import { adaptStateDict } from './adapt.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

interface Sizes {
  readonly classes?: number
  readonly inChannels?: number
  readonly rows?: number
  readonly table?: number
}

/** Reads pictures twice, has positions, a table with its indices and two classifiers. */
function small({ classes = 4, inChannels = 3, rows = 10, table = 4 }: Sizes = {}): Model {
  const root = module(
    {
      conv: conv2d(inChannels, 2, 1, { bias: false }),
      conv2: conv2d(inChannels, 5, 1, { bias: false }),
      conv3: conv2d(2, 5, 1, { bias: false }),
      pos_embed: parameter([1, rows, 2], truncatedNormal(1)),
      index: indexBuffer(
        [table],
        Array.from({ length: table }, (_, i) => i),
      ),
      fc: linear(2, classes),
      fc2: linear(2, classes),
    },
    ({ conv, fc }, x) => fc(flatten(globalAvgPool(conv(x)))),
  )
  return {
    ...root,
    name: 'Small',
    inputSize: 8,
    classes,
    stages: [],
    classifier: 'fc',
    auxiliary: ['fc2'],
    preprocessing: imagenetPreprocessing,
  }
}

const rng = createRng(1)
const counting = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i)
const published: StateDict = {
  'conv.weight': { shape: [2, 3, 1, 1], data: new Float32Array([1, 2, 3, 10, 20, 30]) },
  'conv2.weight': { shape: [5, 3, 1, 1], data: counting(15) },
  'conv3.weight': { shape: [5, 2, 1, 1], data: counting(10) },
  pos_embed: { shape: [1, 10, 2], data: counting(20) },
  index: { shape: [4], data: new Int32Array([9, 9, 9, 9]) },
  'fc.weight': { shape: [2, 4], data: counting(8) },
  'fc.bias': { shape: [4], data: counting(4) },
  'fc2.weight': { shape: [2, 4], data: counting(8) },
  'fc2.bias': { shape: [4], data: counting(4) },
}
const adapt = (model: Model, arrays = published) => adaptStateDict(model, arrays, { rng, layout: 'paddle' })

describe('what fits', () => {
  test('is copied, but for tables that never change, and what the model has no use for is left over', () => {
    const more = { shape: [1], data: new Float32Array(1) }
    const { arrays, report } = adapt(small(), { ...published, more })
    expect(report).toEqual({
      copied: Object.keys(published).filter((key) => key !== 'index'),
      adapted: [],
      initialised: [],
      leftOver: ['more'],
    })
    expect(arrays['conv.weight']).toEqual({ shape: [1, 1, 3, 2], data: new Float32Array([1, 10, 2, 20, 3, 30]) })
    expect(arrays.index?.data).toEqual(new Int32Array([0, 1, 2, 3]))
    disposeVariables(loadStateDict(small(), arrays))
  })
})

describe('pictures with other channels', () => {
  test('one channel has the sum, in every convolution that reads the picture', () => {
    const { arrays, report } = adapt(small({ inChannels: 1 }))
    expect(report.adapted).toEqual([
      { key: 'conv.weight', change: 'input channels 3 to 1' },
      { key: 'conv2.weight', change: 'input channels 3 to 1' },
    ])
    expect(arrays['conv.weight']).toEqual({ shape: [1, 1, 1, 2], data: new Float32Array([6, 60]) })
    expect(arrays['conv2.weight']?.data).toEqual(new Float32Array([3, 12, 21, 30, 39]))
  })

  test('more channels repeat and are scaled', () => {
    const { arrays } = adapt(small({ inChannels: 4 }))
    expect(arrays['conv.weight']?.shape).toEqual([1, 1, 4, 2])
    expect(arrays['conv.weight']?.data).toEqual(new Float32Array([0.75, 7.5, 1.5, 15, 2.25, 22.5, 0.75, 7.5]))
  })
})

describe('other classes', () => {
  test('both classifiers begin as `init` would make them', async () => {
    const model = small({ classes: 7 })
    const { arrays, report } = adapt(model)
    expect(report.initialised).toEqual(['fc.weight', 'fc.bias', 'fc2.weight', 'fc2.bias'])
    const variables = init(model, rng)
    expect(arrays['fc.weight']?.data).toEqual(await variables.params['fc.weight']?.data())
    expect(arrays['fc2.weight']?.data).toEqual(await variables.params['fc2.weight']?.data())
    disposeVariables(variables)
  })

  test('a file without a classifier begins with a new one', () => {
    const without = Object.fromEntries(Object.entries(published).filter(([key]) => !key.startsWith('fc.')))
    expect(adapt(small(), without).report.initialised).toEqual(['fc.weight', 'fc.bias'])
  })

  test('a classifier of other features is an error', () => {
    const other = { ...published, 'fc.weight': { shape: [3, 4], data: counting(12) } }
    const { arrays } = adapt(small({ classes: 7 }), other)
    expect(() => loadStateDict(small({ classes: 7 }), arrays)).toThrow(
      'shape of fc.weight: expected [2,7], found [3,4]',
    )
  })
})

describe('another size of pictures', () => {
  // torch.nn.functional.interpolate(mode='bicubic') of the squares of 0 to 8, and of 0 to 15, by PyTorch 2.
  const three = [
    -0.6868615, -0.5640969, 0.9117532, 2.6770961, 2.4905908, 4.7846193, 9.6548328, 13.5914412, 19.0133152, 24.7017078,
    34.8783684, 42.2093391, 36.9739685, 44.8336296, 58.4046555, 67.9068909,
  ]
  const four = [5.0390625, 18.7109375, 117.1484375, 169.1015625]

  test('positions are resized as PyTorch does, the row of the class token stays', () => {
    const pos_embed = { shape: [1, 10, 2], data: Float32Array.of(70, 71, ...squares(9)) }
    const { arrays, report } = adapt(small({ rows: 17 }), { ...published, pos_embed })
    expect(report.adapted).toEqual([{ key: 'pos_embed', change: 'grid 3 to 4' }])
    expect(arrays.pos_embed?.shape).toEqual([1, 17, 2])
    const values = [...(arrays.pos_embed?.data ?? [])]
    expect(values.slice(0, 2)).toEqual([70, 71])
    const first = values.slice(2).filter((_, i) => i % 2 === 0)
    for (const [i, value] of three.entries()) expect(first[i]).toBeCloseTo(value, 4)
    for (const value of values.slice(2).filter((_, i) => i % 2 === 1)) expect(value).toBeCloseTo(5, 5)
  })

  test('to fewer rows as well', () => {
    const pos_embed = { shape: [1, 16, 2], data: Float32Array.from(squares(16)) }
    const { arrays } = adapt(small({ rows: 4 }), { ...published, pos_embed })
    for (const [i, value] of four.entries()) expect(arrays.pos_embed?.data[2 * i]).toBeCloseTo(value, 4)
  })

  test('a row more before the grid is another architecture', () => {
    const { arrays } = adapt(small({ rows: 11 }))
    expect(() => loadStateDict(small({ rows: 11 }), arrays)).toThrow('shape of pos_embed: expected [1,11,2]')
  })

  test("tables of indices are the model's own", () => {
    const { arrays } = adapt(small({ table: 6 }))
    expect(arrays.index?.data).toEqual(new Int32Array([0, 1, 2, 3, 4, 5]))
  })
})

test('what does not fit stays for loadStateDict to say, with what is left over', () => {
  const { 'conv3.weight': gone, ...rest } = published
  const { arrays } = adapt(small(), { ...rest, 'other.weight': { shape: [1], data: new Float32Array(1) } })
  expect(gone).toBeDefined()
  expect(() => loadStateDict(small(), arrays)).toThrow(
    expect.objectContaining({
      code: 'state-dict-mismatch',
      fields: { missing: ['conv3.weight'], surplus: ['other.weight'], shapes: [] },
    }),
  )
})

/** The squares of 0 to count - 1 in the first channel, 5 in the second. */
function squares(count: number): number[] {
  return Array.from({ length: count }, (_, i) => [i ** 2, 5]).flat()
}

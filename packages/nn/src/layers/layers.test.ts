import { readFileSync } from 'node:fs'
import { createRng } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { BACKENDS_UNDER_TEST, checkGradients, expectClose } from '@clas/testkit'
import { mul, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  adaptiveAvgPool,
  adaptiveMaxPool,
  apply,
  attend,
  avgPool,
  conv2d,
  elu,
  gatherRows,
  indexBuffer,
  init,
  loadStateDict,
  maxPool,
  mish,
  module,
  prelu,
  resizeBicubic,
  resizePositions,
  softplus,
  toStateDict,
  upsampleNearest,
} from '../index.ts'

interface Expected {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

const references: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(new URL('../../fixtures/layers.json', import.meta.url), 'utf8'),
)

/** The inputs of the references: see make_layers.py. */
function values(...shape: number[]): Tensor {
  const count = shape.reduce((product, length) => product * length, 1)
  return tensor(
    Float32Array.from({ length: count }, (_, i) => (((7919 * i) % 101) - 50) / 25),
    shape,
  )
}

const picture = (): Tensor => values(1, 5, 7, 2)
const convolved = (layer: ReturnType<typeof conv2d>): Tensor =>
  apply(layer, { params: { weight: values(3, 5, 2, 3) }, buffers: {} }, picture()).output

const cases: Readonly<Record<string, () => Tensor>> = {
  'avgPool ceil': () => avgPool(picture(), 2, { ceil: true }),
  'maxPool ceil': () => maxPool(picture(), 2, { ceil: true }),
  'avgPool counts padding': () => avgPool(picture(), 3, { stride: 1, padding: 1, countPadding: true }),
  'avgPool of a line': () => avgPool(picture(), [1, 3], { stride: [1, 2], padding: [0, 1] }),
  'maxPool same': () => maxPool(picture(), 2, { padding: 'same' }),
  adaptiveAvgPool: () => adaptiveAvgPool(picture(), [3, 2]),
  adaptiveMaxPool: () => adaptiveMaxPool(picture(), [3, 2]),
  'conv2d same': () => convolved(conv2d(2, 3, [3, 5], { stride: 2, padding: 'same', bias: false })),
  'conv2d of two sizes': () => convolved(conv2d(2, 3, [3, 5], { stride: [1, 2], padding: [1, 2], bias: false })),
  prelu: () => apply(prelu(2), { params: { _weight: tensor([0.25, -0.5]) }, buffers: {} }, picture()).output,
  resizeBicubic: () => resizeBicubic(picture(), [8, 4]),
  upsampleNearest: () => upsampleNearest(picture(), 3),
  softplus: () => softplus(mul(values(21), 30)),
  mish: () => mish(values(21)),
  elu: () => elu(values(21)),
  attend: () =>
    attend(values(1, 2, 3, 4), values(1, 2, 5, 4), values(1, 2, 5, 3), { scale: 0.7, bias: values(1, 1, 3, 5) }),
}

describe.each(BACKENDS_UNDER_TEST)('on %s', (backend) => {
  beforeAll(async () => void (await useBackend(backend)))

  test.each(Object.entries(references))('%s agrees with the reference', async (name, expected) => {
    const found = (cases[name] as () => Tensor)()
    expect(found.shape).toEqual(expected.shape)
    expectClose(await found.data(), Float32Array.from(expected.values), { absolute: 1e-5, relative: 1e-5 })
  })

  test('gatherRows sums the gradients of a row over its places', async () => {
    const indices = [2, 0, 2, 2, 3]
    const table = values(4, 3)
    const expected = indices.map((row) => [0, 1, 2].map((column) => (((7919 * (3 * row + column)) % 101) - 50) / 25))
    expectClose(await gatherRows(table, indices).data(), Float32Array.from(expected.flat()), {
      absolute: 0,
      relative: 0,
    })
    checkGradients(({ table }) => gatherRows(table as Tensor, indices), { table })
    expect(() => gatherRows(table, [0, 4])).toThrow('expected indices from 0 to 3, found 4')
  })

  test('positions keep their extra tokens and their own size', async () => {
    const embeddings = values(1, 2 + 12, 3)
    expect(resizePositions(embeddings, [3, 4], [3, 4])).toBe(embeddings)
    const resized = resizePositions(embeddings, [3, 4], [6, 5])
    expect(resized.shape).toEqual([1, 2 + 30, 3])
    expectClose((await resized.data()).slice(0, 6), (await embeddings.data()).slice(0, 6), { absolute: 0, relative: 0 })
  })

  test('whole numbers stay whole numbers in a state dict', async () => {
    const layer = module({ index: indexBuffer([2, 2], [3, 1, 4, 1]) }, (_, x) => x.clone())
    const stateDict = await toStateDict(init(layer, createRng(1)))
    expect(stateDict.index).toEqual({ shape: [2, 2], data: Int32Array.of(3, 1, 4, 1) })
    const { buffers } = loadStateDict(layer, stateDict)
    expect(buffers.index?.dtype).toBe('int32')
  })
})

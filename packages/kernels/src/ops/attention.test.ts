import { createRng } from '@clas/core'
import { setBackend, type Tensor, tensor, tidy, valueAndGrad } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { attention } from './attention.ts'

afterAll(() => setBackend('cpu'))

/** [batch, length, heads, channels of a head] */
const CASES: readonly (readonly [number, number, number, number])[] = [
  [2, 1, 1, 4],
  [2, 7, 3, 5],
  [1, 50, 2, 32],
  [3, 9, 4, 8],
  [1, 130, 1, 64],
  [0, 5, 2, 4],
]

describe.each(CASES)('a batch of %i, length %i, %i heads of %i channels', (batch, length, heads, size) => {
  const rng = createRng(1)
  const dim = heads * size
  const random = (...shape: number[]): Tensor =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.uniform(-2, 2)),
      shape,
    )

  test.each(['cpu', 'wasm'] as const)(
    'is the sum of the values, weighted, and so are its gradients: %s',
    async (name) => {
      await useBackend(name)
      const qkv = random(batch, length, 3 * dim)
      const dy = random(batch, length, dim)
      const { grad, value } = valueAndGrad((qkv: Tensor) => tidy(() => attention(qkv, { heads, scale: 0.3 })))(qkv, dy)
      const expected = byLoops(qkv.dataSync(), dy.dataSync(), batch, length, heads, size, 0.3)
      expectAlmost(value.dataSync(), expected.y)
      expectAlmost(grad.dataSync(), expected.dqkv)
    },
  )
})

test('the scale is one by the root of the channels of a head', async () => {
  await useBackend('wasm')
  const wide = tensor(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [1, 2, 12],
  )
  expect(attention(wide, { heads: 1 }).dataSync()).toEqual(attention(wide, { heads: 1, scale: 0.5 }).dataSync())
})

test('a wrong shape or number of heads is an error that says so', async () => {
  await useBackend('wasm')
  expect(() => attention(tensor([1, 2, 3]))).toThrow(
    /attention: expected the shape \[\?, \?, \?\] for qkv, found \[3\]/,
  )
  const qkv = tensor([1, 2, 3], [1, 1, 3])
  expect(() => attention(qkv, { heads: 2 })).toThrow(/heads must be a whole number whose triple divides the 3 channels/)
  expect(() => attention(qkv, { heads: 0 })).toThrow(/found 0/)
})

/** By the definition, in float64. */
function byLoops(
  qkv: ArrayLike<number>,
  dy: ArrayLike<number>,
  batch: number,
  length: number,
  heads: number,
  size: number,
  scale: number,
): { readonly y: Float64Array; readonly dqkv: Float64Array } {
  const dim = heads * size
  const y = new Float64Array(batch * length * dim)
  const dqkv = new Float64Array(batch * length * 3 * dim)
  const each = Array.from({ length }, (_, i) => i)
  for (let n = 0; n < batch; n++) {
    for (let h = 0; h < heads; h++) {
      const place = (part: number, row: number, c: number): number =>
        (n * length + row) * 3 * dim + part * dim + h * size + c
      const at = (part: number, row: number, c: number): number => qkv[place(part, row, c)] as number
      const out = (row: number, c: number): number => (n * length + row) * dim + h * size + c
      const add = (to: Float64Array, index: number, value: number): void => {
        to[index] = (to[index] as number) + value
      }
      for (const i of each) {
        const products = each.map((j) => {
          let sum = 0
          for (let c = 0; c < size; c++) sum += at(0, i, c) * at(1, j, c)
          return Math.exp(scale * sum)
        })
        const total = products.reduce((a, b) => a + b, 0)
        const weights = products.map((product) => product / total)
        const dweights = each.map((j) => {
          let sum = 0
          for (let c = 0; c < size; c++) {
            add(y, out(i, c), (weights[j] as number) * at(2, j, c))
            add(dqkv, place(2, j, c), (weights[j] as number) * (dy[out(i, c)] as number))
            sum += (dy[out(i, c)] as number) * at(2, j, c)
          }
          return sum
        })
        const mean = weights.reduce((sum, weight, j) => sum + weight * (dweights[j] as number), 0)
        for (const j of each) {
          const d = scale * (weights[j] as number) * ((dweights[j] as number) - mean)
          for (let c = 0; c < size; c++) {
            add(dqkv, place(0, i, c), d * at(1, j, c))
            add(dqkv, place(1, j, c), d * at(0, i, c))
          }
        }
      }
    }
  }
  return { y, dqkv }
}

function expectAlmost(actual: ArrayLike<number>, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length)
  const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  const worst = expected.reduce((a, b, i) => Math.max(a, Math.abs(b - (actual[i] as number))), 0)
  // The exponent of a product carries its error over: some 30 times the rounding of one operation.
  expect(worst).toBeLessThanOrEqual(2e-6 * largest)
}

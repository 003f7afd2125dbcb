import { clone, matMul, memory, reshape, type Tensor, tensor, tile } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Shape } from '../contract.ts'
import { expectClose, random, run, useWasm, type Values } from './reference.test-helper.ts'

beforeAll(useWasm)

function multiply(a: Values, b: Values, transposeA: boolean, transposeB: boolean): Float64Array {
  const [rowsA = 0, columnsA = 0] = a.shape.slice(-2)
  const [rowsB = 0, columnsB = 0] = b.shape.slice(-2)
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA]
  const n = transposeB ? rowsB : columnsB
  const batch = m * k === 0 ? 0 : a.data.length / (m * k)
  const c = new Float64Array(batch * m * n)
  for (let i = 0; i < c.length; i++) {
    const x = i % n
    const y = ((i - x) / n) % m
    const base = Math.floor(i / (m * n)) * k
    for (let j = 0; j < k; j++) {
      const left = a.data[base * m + (transposeA ? j * m + y : y * k + j)] as number
      c[i] = (c[i] as number) + left * (b.data[base * n + (transposeB ? x * k + j : j * n + x)] as number)
    }
  }
  return c
}

describe.each([
  [[], 1, 1, 1],
  [[], 6, 8, 4],
  [[], 97, 33, 300],
  [[2, 3], 7, 9, 5],
  [[4], 13, 10, 260],
  [[0], 3, 4, 5],
] as [Shape, number, number, number][])('products of %j, %i x %i x %i', (batch, m, n, k) => {
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposed %s, %s', (transposeA, transposeB) => {
    const a = random([...batch, ...(transposeA ? [k, m] : [m, k])], 1)
    const b = random([...batch, ...(transposeB ? [n, k] : [k, n])], 2)
    const [c] = run('ClasMatMul', { a, b }, { transposeA, transposeB })
    expect(c?.shape).toEqual([...batch, m, n])
    expectClose(c, multiply(a, b, transposeA, transposeB))
  })
})

test('nothing to sum up gives zeros', () => {
  const [c] = run(
    'ClasMatMul',
    { a: random([2, 0], 1), b: random([0, 3], 2) },
    { transposeA: false, transposeB: false },
  )
  expect([...(c?.data ?? [])]).toEqual([0, 0, 0, 0, 0, 0])
})

test.each([
  [[3, 2, 4, 5], [5, 6], false],
  [[1, 4, 5], [3, 5, 6], false],
  [[3, 4, 5], [1, 5, 6], false],
  [[3, 5, 4], [1, 5, 6], true],
  [[3, 1, 4, 5], [1, 2, 5, 6], false],
  [[2, 4, 5], [3, 1, 5, 6], false],
] as [number[], number[], boolean][])("tfjs' matMul of %j and %j", (shapeA, shapeB, transposeA) => {
  const a = tensor(random(shapeA, 1).data, shapeA)
  const b = tensor(random(shapeB, 2).data, shapeB)
  const c = matMul(a, b, transposeA)
  const batch = c.shape.slice(0, -2)
  const spread = (x: Tensor): Values => {
    const full = reshape(x, [...Array(c.rank - x.rank).fill(1), ...x.shape])
    const whole = tile(full, [...batch.map((length, i) => length / (full.shape[i] as number)), 1, 1])
    return { shape: whole.shape, data: whole.dataSync() as Float32Array }
  }
  expectClose({ shape: c.shape, data: c.dataSync() as Float32Array }, multiply(spread(a), spread(b), transposeA, false))
})

test('the same data under two shapes', () => {
  const b = tensor(random([6, 4], 1).data, [6, 4])
  const first = matMul(tensor(random([2, 6], 2).data, [2, 6]), b)
  const second = matMul(tensor(random([2, 4], 3).data, [2, 4]), reshape(b, [4, 6]))
  expect([first.shape, second.shape]).toEqual([
    [2, 4],
    [2, 6],
  ])
})

test('a clone shares its data', () => {
  const x = tensor([1, 2, 3])
  const before = memory()
  const y = clone(x)
  expect(memory().numDataBuffers).toBe(before.numDataBuffers)
  x.dispose()
  expect([...y.dataSync()]).toEqual([1, 2, 3])
  y.dispose()
  expect(memory().numDataBuffers).toBe(before.numDataBuffers - 1)
})

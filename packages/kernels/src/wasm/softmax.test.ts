import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, random, run, useWasm } from './reference.test-helper.ts'

beforeAll(useWasm)

describe.each([
  [7, 10],
  [3, 1000],
  [5, 3],
  [0, 4],
])('softmax of [%i, %i]', (rows, channels) => {
  const x = random([rows, channels], 1, 8)
  const dy = random([rows, channels], 2)
  const targets = random([rows, channels], 3)
  const dloss = random([rows], 4)
  const sums = new Float64Array(rows)
  x.data.forEach((value, i) => {
    add(sums, Math.floor(i / channels), Math.exp(value))
  })
  const row = (i: number): number => Math.floor(i / channels)
  const expected = Float64Array.from(x.data, (value, i) => Math.exp(value) / at(sums, row(i)))

  test('forward and gradient', () => {
    const [y = x] = run('ClasSoftmax', { x })
    expectClose(y, expected, 5e-7)
    const products = new Float64Array(rows)
    expected.forEach((value, i) => {
      add(products, row(i), value * at(dy.data, i))
    })
    const dx = expected.map((value, i) => value * (at(dy.data, i) - at(products, row(i))))
    expectClose(run('ClasSoftmaxGradient', { dy, y })[0], dx)
  })

  test('cross entropy', () => {
    const losses = new Float64Array(rows)
    const weights = new Float64Array(rows)
    targets.data.forEach((value, i) => {
      add(losses, row(i), -value * Math.log(at(expected, i)))
      add(weights, row(i), value)
    })
    const [loss, softmax = x] = run('ClasSoftmaxCrossEntropy', { logits: x, targets })
    expect(loss?.shape).toEqual([rows])
    expectClose(loss, losses)
    expectClose(softmax, expected, 5e-7)
    const dx = expected.map((value, i) => at(dloss.data, row(i)) * (value * at(weights, row(i)) - at(targets.data, i)))
    expectClose(run('ClasSoftmaxCrossEntropyGradient', { dloss, softmax, targets })[0], dx)
  })
})

test('logits that are large, masked or not finite', () => {
  const x = { shape: [2, 3], data: Float32Array.from([1000, -Infinity, 1000, 1, Number.NaN, 2]) }
  const [y] = run('ClasSoftmax', { x })
  expect([...(y?.data ?? [])]).toEqual([0.5, 0, 0.5, Number.NaN, Number.NaN, Number.NaN])
  const wide = { shape: [3, 6], data: new Float32Array(18).fill(1) }
  wide.data.set([Number.NaN, -Infinity, Infinity], 6)
  const [z] = run('ClasSoftmax', { x: wide })
  expect(z?.data.subarray(0, 6)).toEqual(new Float32Array(6).fill(1 / 6))
  expect(z?.data.subarray(6, 12)).toEqual(new Float32Array(6).fill(Number.NaN))
  expect(z?.data.subarray(12)).toEqual(new Float32Array(6).fill(1 / 6))
  const targets = { shape: [2, 3], data: Float32Array.from([1, 0, 0, 1, 0, 0]) }
  const [loss] = run('ClasSoftmaxCrossEntropy', {
    logits: { ...x, data: x.data.map((v) => Math.max(v, -1e4)) },
    targets,
  })
  expect(loss?.data[0]).toBeCloseTo(Math.log(2), 6)
  expect(loss?.data[1]).toBeNaN()
})

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number
}

function add(values: Float64Array, i: number, value: number): void {
  values[i] = at(values, i) + value
}

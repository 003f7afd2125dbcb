import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, random, run, useWasm, type Values } from './reference.test-helper.ts'

beforeAll(useWasm)

const epsilon = 1e-5

/** Normalises groups of places and differentiates that, in double precision. */
function normalise(x: Values, dy: Values, gamma: Values, beta: Values, byRow: boolean) {
  const channels = x.shape.at(-1) as number
  const groups = byRow ? x.data.length / channels : channels
  const size = x.data.length / groups
  const group = (i: number): number => (byRow ? Math.floor(i / channels) : i % channels)
  const mean = new Float64Array(groups)
  const variance = new Float64Array(groups)
  x.data.forEach((value, i) => {
    add(mean, group(i), value / size)
  })
  x.data.forEach((value, i) => {
    add(variance, group(i), (value - at(mean, group(i))) ** 2 / size)
  })
  const scale = variance.map((value) => 1 / Math.sqrt(value + epsilon))
  const normal = Float64Array.from(x.data, (value, i) => (value - at(mean, group(i))) * at(scale, group(i)))
  const y = normal.map((value, i) => value * at(gamma.data, i % channels) + at(beta.data, i % channels))
  const dgamma = new Float64Array(channels)
  const dbeta = new Float64Array(channels)
  const sums = new Float64Array(groups)
  const products = new Float64Array(groups)
  dy.data.forEach((value, i) => {
    add(dgamma, i % channels, value * at(normal, i))
    add(dbeta, i % channels, value)
    add(sums, group(i), (value * at(gamma.data, i % channels)) / size)
    add(products, group(i), (value * at(gamma.data, i % channels) * at(normal, i)) / size)
  })
  const dx = Float64Array.from(
    dy.data,
    (value, i) =>
      at(scale, group(i)) *
      (value * at(gamma.data, i % channels) - at(sums, group(i)) - at(normal, i) * at(products, group(i))),
  )
  return { y, mean, variance, dx, dgamma, dbeta }
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number
}

function add(values: Float64Array, i: number, value: number): void {
  values[i] = at(values, i) + value
}

describe.each([
  ['BatchNorm', [3, 5, 7, 8]],
  ['BatchNorm', [2, 9, 8, 5]],
  ['BatchNorm', [300, 3]],
  ['LayerNorm', [6, 32]],
  ['LayerNorm', [2, 3, 13]],
] as const)('%s of %j', (name, shape) => {
  const x = random(shape, 1)
  // A mean that is far from zero: the variance must not lose it.
  for (let i = 0; i < x.data.length; i++) x.data[i] = at(x.data, i) + 20
  const dy = random(shape, 2)
  const channels = shape[shape.length - 1] as number
  const gamma = random([channels], 3)
  const beta = random([channels], 4)
  const expected = normalise(x, dy, gamma, beta, name === 'LayerNorm')

  test('forward and gradient', () => {
    const outputs = run(`Clas${name}`, { x, gamma, beta }, { epsilon })
    expectClose(outputs[0], expected.y, 1e-5)
    expectClose(outputs[1], expected.mean, 2e-7)
    expectClose(outputs[2], expected.variance, 1e-6)
    const [, mean = x, variance = x] = outputs
    const [dx, dgamma, dbeta] = run(`Clas${name}Gradient`, { dy, x, gamma, mean, variance }, { epsilon })
    expectClose(dx, expected.dx, 1e-5)
    expectClose(dgamma, expected.dgamma, 1e-5)
    expectClose(dbeta, expected.dbeta, 1e-6)
  })
})

test('sums of many numbers keep their precision', () => {
  const dy = random([50_000, 6], 1)
  for (let i = 0; i < dy.data.length; i++) dy.data[i] = at(dy.data, i) + 3
  const expected = new Float64Array(6)
  dy.data.forEach((value, i) => {
    add(expected, i % 6, value)
  })
  expectClose(run('ClasChannelSum', { dy })[0], expected, 1e-7)
})

test('the affine map', () => {
  const [x, scale, offset] = [random([4, 3, 7], 1), random([7], 2), random([7], 3)]
  const expected = x.data.map((value, i) => value * at(scale.data, i % 7) + at(offset.data, i % 7))
  expectClose(run('ClasAffine', { x, scale, offset })[0], expected, 2e-7)
})

test('a batch of nothing', () => {
  const [x, gamma, beta] = [random([0, 4], 1), random([4], 2), random([4], 3)]
  const [y, mean, variance] = run('ClasBatchNorm', { x, gamma, beta }, { epsilon })
  expect(y?.shape).toEqual([0, 4])
  const [dx, dgamma] = run(
    'ClasBatchNormGradient',
    { dy: x, x, gamma, mean: mean ?? x, variance: variance ?? x },
    { epsilon },
  )
  expect(dx?.shape).toEqual([0, 4])
  expect([...(dgamma?.data ?? [])]).toEqual([0, 0, 0, 0])
})

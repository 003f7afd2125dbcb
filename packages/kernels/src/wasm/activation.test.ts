import { beforeAll, describe, expect, test } from 'vitest'
import type { ActivationKind } from '../contract.ts'
import { expectClose, run, useWasm, type Values } from './reference.test-helper.ts'

beforeAll(useWasm)

const slope = 0.2
const offset = 0.5
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Phi(x) by Simpson's rule. */
function phi(x: number): number {
  const steps = 2000
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-(((x * i) / steps) ** 2) / 2)
  }
  return 0.5 + (sum * x) / steps / 3 / Math.sqrt(2 * Math.PI)
}

const FUNCTIONS: Record<ActivationKind, (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => clip(x, 0, 6),
  leakyRelu: (x) => (x > 0 ? x : slope * x),
  sigmoid,
  hardSigmoid: (x) => clip(slope * x + offset, 0, 1),
  hardSwish: (x) => (x * clip(x + 3, 0, 6)) / 6,
  swish: (x) => x * sigmoid(x),
  gelu: (x) => x * phi(x),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  tanh: Math.tanh,
}

// Off the corners, where a difference quotient means nothing.
const x: Values = { shape: [201], data: Float32Array.from({ length: 201 }, (_, i) => (i - 100) * 0.0993 + 0.013) }

describe.each(Object.entries(FUNCTIONS) as [ActivationKind, (x: number) => number][])('%s', (kind, f) => {
  const attributes = { kind, slope, offset }

  test('forward', () => {
    const [y] = run('ClasActivation', { x }, attributes)
    const worst = Math.max(...x.data.map((value, i) => Math.abs((y?.data[i] as number) - f(value))))
    expect(worst).toBeLessThan(1e-6)
  })

  test('gradient', () => {
    const dy = { shape: x.shape, data: x.data.map((value) => 1 + value * value * 0.01) }
    const expected = Array.from(x.data, (value, i) => {
      const h = 1e-4
      return ((f(value + h) - f(value - h)) / (2 * h)) * (dy.data[i] as number)
    })
    expectClose(run('ClasActivationGradient', { dy, x }, attributes)[0], expected, 1e-6)
  })
})

test.each(['sigmoid', 'tanh'] as const)('%s is accurate relative to its own size', (kind) => {
  const [y] = run('ClasActivation', { x }, { kind, slope, offset })
  const worst = Math.max(...x.data.map((value, i) => Math.abs((y?.data[i] as number) / FUNCTIONS[kind](value) - 1)))
  expect(worst).toBeLessThan(3e-7)
})

test('at a corner the derivative is 0', () => {
  const corners: [ActivationKind, number[]][] = [
    ['relu', [0]],
    ['relu6', [0, 6]],
    ['hardSigmoid', [-2.5, 2.5]],
  ]
  for (const [kind, places] of corners) {
    const at = { shape: [places.length], data: Float32Array.from(places) }
    const dy = { shape: [places.length], data: new Float32Array(places.length).fill(1) }
    const [dx] = run('ClasActivationGradient', { dy, x: at }, { kind, slope, offset })
    expect([kind, ...(dx?.data ?? [])]).toEqual([kind, ...places.map(() => 0)])
  }
})

test('far away and not a number', () => {
  const far = { shape: [5], data: Float32Array.from([-200, 200, Number.NaN, -Infinity, Infinity]) }
  const [y] = run('ClasActivation', { x: far }, { kind: 'sigmoid', slope, offset })
  expect([...(y?.data ?? [])]).toEqual([0, 1, Number.NaN, 0, 1])
  const [t] = run('ClasActivation', { x: far }, { kind: 'tanh', slope, offset })
  expect([...(t?.data ?? [])]).toEqual([-1, 1, Number.NaN, -1, 1])
})

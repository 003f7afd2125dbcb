import { createRng } from '@clas/core'
import { engine, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { ConvAttributes, KernelName, PoolAttributes, Shape } from '../contract.ts'
import { useBackend } from '../use-backend.ts'

/** Numbers in a shape, row by row. */
export interface Values {
  readonly shape: Shape
  readonly data: Float32Array
}

export async function useWasm(): Promise<void> {
  await useBackend('wasm', { threads: 1 })
}

/** Numbers between -scale and scale, the same in every run. */
export function random(shape: Shape, seed: number, scale = 1): Values {
  const rng = createRng(seed)
  const size = shape.reduce((product, length) => product * length, 1)
  return { shape, data: Float32Array.from({ length: size }, () => (rng.next() * 2 - 1) * scale) }
}

export function run(name: KernelName, inputs: Record<string, Values>, attributes: object = {}): Values[] {
  const tensors: Record<string, Tensor> = {}
  for (const [key, { shape, data }] of Object.entries(inputs)) tensors[key] = tensor(data, [...shape])
  const result = engine().runKernel(name, { ...tensors }, { ...attributes })
  const outputs = (Array.isArray(result) ? result : [result]) as Tensor[]
  const values = outputs.map((output) => ({ shape: output.shape, data: output.dataSync() as Float32Array }))
  for (const each of [...outputs, ...Object.values(tensors)]) each.dispose()
  return values
}

/** Compares with a tolerance relative to the largest number that is expected. */
export function expectClose(actual: Values | undefined, expected: ArrayLike<number>, tolerance = 2e-6): void {
  expect(actual?.data.length).toBe(expected.length)
  let largest = 1e-30
  let worst = 0
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] as number))
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual?.data[i] as number) - (expected[i] as number))
    if (!(difference <= worst)) worst = difference
  }
  expect(worst / largest).toBeLessThan(tolerance)
}

type Visit = (x: number, filter: number, y: number) => void

/** Calls `visit` with the places of every product that a convolution sums up. */
export function forEachProduct(x: Shape, filter: Shape, y: Shape, attributes: ConvAttributes, visit: Visit): void {
  const [, height = 0, width = 0, channels = 0] = x
  const [kh = 0, kw = 0, groupIn = 0, out = 0] = filter
  const { strides, pads, dilations, groups } = attributes
  const windows = y.slice(0, 3).reduce((product, length) => product * length, 1)
  for (let i = 0; i < windows * kh * kw; i++) {
    const tap = i % (kh * kw)
    const window = (i - tap) / (kh * kw)
    const [, down = 0, across = 0] = y
    const ox = window % across
    const oy = ((window - ox) / across) % down
    const n = Math.floor(window / (across * down))
    const row = oy * strides[0] - pads[0] + Math.floor(tap / kw) * dilations[0]
    const column = ox * strides[1] - pads[2] + (tap % kw) * dilations[1]
    if (row < 0 || row >= height || column < 0 || column >= width) continue
    for (let o = 0; o < out; o++) {
      const group = Math.floor((o * groups) / out)
      for (let c = 0; c < groupIn; c++) {
        const from = ((n * height + row) * width + column) * channels + group * groupIn + c
        visit(from, (tap * groupIn + c) * out + o, window * out + o)
      }
    }
  }
}

/** Calls `visit` with every window's place in the output and those of its cells in the input. */
export function forEachWindow(
  x: Shape,
  y: Shape,
  { size, strides, pads }: PoolAttributes,
  visit: (window: number, cells: number[]) => void,
): void {
  const [, height = 0, width = 0, channels = 0] = x
  const [batch = 0, down = 0, across = 0] = y
  let window = 0
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < down; oy++)
      for (let ox = 0; ox < across; ox++)
        for (let c = 0; c < channels; c++) {
          const cells: number[] = []
          for (let i = oy * strides[0] - pads[0]; i < oy * strides[0] - pads[0] + size[0]; i++)
            for (let j = ox * strides[1] - pads[2]; j < ox * strides[1] - pads[2] + size[1]; j++)
              if (i >= 0 && i < height && j >= 0 && j < width) cells.push(((n * height + i) * width + j) * channels + c)
          visit(window++, cells)
        }
}

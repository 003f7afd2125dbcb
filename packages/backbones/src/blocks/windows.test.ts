import { useBackend } from '@clas/kernels'
import { expectClose, FAST_BACKEND } from '@clas/testkit'
import { range, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { relativePositionIndex, relativePositionIndexWithClass } from './relative-position.ts'
import { type Sides, shiftMask, withinWindows } from './windows.ts'

beforeAll(() => useBackend(FAST_BACKEND))

const grid = (rows: number, columns: number): Tensor => reshape(range(0, rows * columns), [1, rows, columns, 1])

/** What `f` is given, row by row. */
async function seen(x: Tensor, window: Sides, shift: number | Sides = 0): Promise<number[][]> {
  let tokens: Tensor | undefined
  withinWindows(x, window, (given) => (tokens = given), shift)
  const [count = 1, places = 1] = tokens?.shape ?? []
  return reshape(tokens as Tensor, [count, places]).arraySync() as number[][]
}

test('a window has its places row by row, windows come row by row', async () => {
  expect(await seen(grid(2, 6), [2, 3])).toEqual([
    [0, 1, 2, 6, 7, 8],
    [3, 4, 5, 9, 10, 11],
  ])
})

test('a shift brings the first row and column to the end', async () => {
  const windows = await seen(grid(4, 4), [2, 2], 1)
  expect(windows).toEqual([
    [5, 6, 9, 10],
    [7, 4, 11, 8],
    [13, 14, 1, 2],
    [15, 12, 3, 0],
  ])
})

test('rows and columns may have shifts of their own', async () => {
  expect(await seen(grid(2, 4), [2, 2], [0, 1])).toEqual([
    [1, 2, 5, 6],
    [3, 0, 7, 4],
  ])
  const mask = shiftMask([2, 4], [2, 2], [0, 1]).arraySync() as number[][][]
  expect(mask[0]?.flat().every((value) => value === 0)).toBe(true)
  expect(mask[1]?.map((row) => row.map((value) => value === 0))).toEqual([
    [true, false, true, false],
    [false, true, false, true],
    [true, false, true, false],
    [false, true, false, true],
  ])
})

test('a grid that windows do not cover is padded with zeros, and comes back as it was', async () => {
  const x = grid(3, 5)
  expect(await seen(x, [2, 4])).toEqual([
    [0, 1, 2, 3, 5, 6, 7, 8],
    [4, 0, 0, 0, 9, 0, 0, 0],
    [10, 11, 12, 13, 0, 0, 0, 0],
    [14, 0, 0, 0, 0, 0, 0, 0],
  ])
  for (const shift of [0, 1, [1, 0]] as const) {
    const back = withinWindows(x, [2, 4], (tokens) => tokens, shift)
    expect(back.shape).toEqual(x.shape)
    expectClose(await back.data(), await x.data(), { relative: 0, absolute: 0 })
  }
})

test('places that a shift brought together do not see each other', () => {
  const mask = shiftMask([4, 4], [2, 2], 1).arraySync() as number[][][]
  const [first, right, below, corner] = mask.map((window) => window.map((row) => row.map((value) => value === 0)))
  expect(first?.flat().every(Boolean)).toBe(true)
  const columns = [
    [true, false, true, false],
    [false, true, false, true],
  ]
  expect(right).toEqual([...columns, ...columns])
  expect(below?.[0]).toEqual([true, true, false, false])
  expect(corner).toEqual([0, 1, 2, 3].map((query) => [0, 1, 2, 3].map((key) => key === query)))
})

test('relative positions are counted from the last place to the first', () => {
  expect(relativePositionIndex([2, 2])).toEqual([4, 3, 1, 0, 5, 4, 2, 1, 7, 6, 4, 3, 8, 7, 5, 4])
  expect(relativePositionIndexWithClass([1, 2])).toEqual([5, 3, 3, 4, 1, 0, 4, 2, 1])
})

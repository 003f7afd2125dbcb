import { createRng, type Rng } from '@clas/core'
import { expect, test } from 'vitest'
import { type AffineMatrix, affinePositions } from '../geometry/affine-positions.ts'
import { filterData } from '../geometry/filter-image.ts'
import { type FilterName, filterTables } from '../geometry/filter-table.ts'
import { flipRows } from '../geometry/flip-image.ts'
import { resampleBytes } from '../geometry/resample-bytes.ts'
import { resampleTables } from '../geometry/resample-table.ts'
import { warpData } from '../geometry/warp.ts'
import { type Positions, WARP_INTERPOLATIONS } from '../geometry/warp-options.ts'
import type { Image, Rectangle } from '../image.ts'
import { affineBySimd } from './affine.ts'
import { bilinearBySimd } from './bilinear.ts'
import { filterBySimd } from './filter.ts'
import { flipBySimd } from './flip.ts'
import { warpBySimd } from './warp.ts'

const FILTERS: readonly FilterName[] = ['box', 'bilinear', 'hamming', 'bicubic', 'lanczos']

/** Random values, and many that are the least or the largest: there curves leave the range. */
function randomPicture(rng: Rng): Image {
  const width = rng.integer(1, 60)
  const height = rng.integer(1, 60)
  const value = (): number => (rng.next() < 0.5 ? 255 * rng.integer(0, 2) : rng.integer(0, 256))
  return { data: Uint8Array.from({ length: width * height * 3 }, value), width, height, channels: 3 }
}

function randomRectangle(rng: Rng, image: Image): Rectangle {
  const width = rng.integer(1, image.width + 1)
  const height = rng.integer(1, image.height + 1)
  return {
    left: rng.integer(0, image.width - width + 1),
    top: rng.integer(0, image.height - height + 1),
    width,
    height,
  }
}

function expectSame(found: Image['data'] | undefined, expected: Image['data']): void {
  expect(found && Buffer.compare(Buffer.from(found.buffer), Buffer.from(expected.buffer))).toBe(0)
}

const cases = Array.from({ length: 300 }, (_, i) => {
  const rng = createRng(i)
  const image = randomPicture(rng)
  const rectangle = randomRectangle(rng, image)
  return { image, rectangle, size: [rng.integer(1, 70), rng.integer(1, 70)] as const, index: i }
})

test('bilinear resizing has the same bits with and without SIMD', () => {
  for (const { image, rectangle, size } of cases) {
    const tables = resampleTables('bilinear', [rectangle.width, rectangle.height], size)
    expectSame(bilinearBySimd(image, rectangle, ...tables), resampleBytes(image, rectangle, ...tables))
  }
})

test('filters have the same bits with and without SIMD', () => {
  for (const { image, rectangle, size, index } of cases) {
    const filter = FILTERS[index % FILTERS.length] as FilterName
    const tables = filterTables(filter, [rectangle.width, rectangle.height], size)
    expectSame(filterBySimd(image, rectangle, tables), filterData(image, rectangle, tables))
  }
})

test('warps have the same bits with and without SIMD', () => {
  const rng = createRng(7)
  for (const { image, size, index } of cases) {
    const [width, height] = size
    const [across, down] = [rng.uniform(-2, 2), rng.uniform(-2, 2)]
    const [left, top] = [rng.uniform(-9, 9), rng.uniform(-9, 9)]
    // Every other one is a shear or a shift by whole and half pixels, where places are at and between centres.
    const [a, b, c, d, e, f] =
      index % 2 === 0
        ? [1, index % 4 === 0 ? across : 0, Math.round(2 * left) / 2, 0, 1, 0]
        : [across, down, left, down, -across, top]
    const positions: Positions = (y, xs, ys) => {
      for (let i = 0; i < xs.length; i++) {
        xs[i] = a * (i + 0.5) + b * (y + 0.5) + c
        ys[i] = d * (i + 0.5) + e * (y + 0.5) + f
      }
    }
    const turned: Positions = index % 3 === 0 ? (y, xs, ys) => positions(y, ys, xs) : positions
    for (const interpolation of WARP_INTERPOLATIONS) {
      const rest = [interpolation, Uint8Array.of(7, 8, 9), { width, height }] as const
      expectSame(warpBySimd(image, turned, ...rest), warpData(image, turned, ...rest))
    }
  }
})

test('moving by a matrix has the same bits with and without SIMD', () => {
  const rng = createRng(8)
  for (const { image, size, index } of cases) {
    const [width, height] = size
    const shift = (): number => Math.round(2 * rng.uniform(-20, 20)) / 2
    const any = (): number => rng.uniform(-1.5, 1.5)
    const matrices: AffineMatrix[] = [
      [1, 0, shift(), 0, 1, shift()],
      [any(), 0, shift(), 0, any(), shift()],
      [1, any(), shift(), 0, 1, 0],
      [1, 0, 0, any(), 1, shift()],
      [any(), any(), shift(), any(), any(), shift()],
      [1, 0, 1e11 * shift(), any(), 1, 1e11 * shift()], // further away than whole numbers of 32 bits reach
    ]
    const matrix = matrices[index % matrices.length] as AffineMatrix
    for (const interpolation of WARP_INTERPOLATIONS) {
      const rest = [interpolation, Uint8Array.of(7, 8, 9), { width, height }] as const
      const positions = affinePositions({ width, height }, matrix, interpolation)
      const found = affineBySimd(image, matrix, ...rest)
      // The nearest pixel is found in 32 bits.
      if (interpolation === 'nearest' && Math.abs(matrix[2]) > 1e9 && matrix[3] !== 0) expect(found).toBeUndefined()
      else expectSame(found, warpData(image, positions, ...rest))
    }
  }
})

test('large pictures are resized in bands', () => {
  const width = 40_000
  const height = 120
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 24)
  const image = { data, width, height, channels: 3 }
  const rectangle = { left: 5, top: 3, width: width - 9, height: height - 4 }
  const bilinear = resampleTables('bilinear', [rectangle.width, rectangle.height], [40, 90])
  expectSame(bilinearBySimd(image, rectangle, ...bilinear), resampleBytes(image, rectangle, ...bilinear))
  for (const size of [
    [40, 90],
    [rectangle.width, 20],
  ] as const) {
    const tables = filterTables('bicubic', [rectangle.width, rectangle.height], size)
    expectSame(filterBySimd(image, rectangle, tables), filterData(image, rectangle, tables))
  }
})

test('flips have the same bits with and without SIMD', () => {
  for (const { image } of cases) expectSame(flipBySimd(image), flipRows(image))
})

test('what needs more memory than a thread may keep is left to TypeScript', () => {
  const image = { data: new Uint8Array(6000 * 6000 * 3), width: 6000, height: 6000, channels: 3 }
  expect(flipBySimd(image)).toBeUndefined()
})

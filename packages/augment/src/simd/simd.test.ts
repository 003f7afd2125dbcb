import { createRng, type Rng } from '@clas/core'
import { expect, test } from 'vitest'
import { filterData, filterTables } from '../geometry/filter-image.ts'
import type { FilterName } from '../geometry/filter-table.ts'
import { flipRows } from '../geometry/flip-image.ts'
import { resampleBytes } from '../geometry/resample-bytes.ts'
import { resampleTables } from '../geometry/resample-table.ts'
import type { Image, Rectangle } from '../image.ts'
import { bilinearBySimd } from './bilinear.ts'
import { filterBySimd } from './filter.ts'
import { flipBySimd } from './flip.ts'

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

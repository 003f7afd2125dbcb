import { emptyLike, type Image, type Rectangle } from '../image.ts'
import { filterBySimd } from '../simd/filter.ts'
import {
  FILTER_BITS,
  type FilterName,
  type FilterTable,
  type FilterTables,
  filterTables,
  wholeFilterWeights,
} from './filter-table.ts'
import { rowStart } from './resample-rows.ts'

/** Resizes a rectangle of a picture with one of Pillow's filters, in two passes. */
export function filterImage(
  image: Image,
  rectangle: Rectangle,
  size: readonly [width: number, height: number],
  filter: FilterName,
): Uint8Array | Float32Array {
  const tables = filterTables(filter, [rectangle.width, rectangle.height], size)
  return filterBySimd(image, rectangle, tables) ?? filterData(image, rectangle, tables)
}

/** The two passes in TypeScript. */
export function filterData(
  image: Image,
  rectangle: Rectangle,
  { columns, rows, verticalFirst }: FilterTables,
): Uint8Array | Float32Array {
  const { data, channels } = image
  const start = rowStart(image, rectangle, 0)
  const stride = image.width * channels
  const line = columns.firsts.length * channels
  const height = rows.firsts.length
  const out = emptyLike(data, line * height)
  if (verticalFirst) {
    const inner = rectangle.width * channels
    const between = emptyLike(data, inner * height)
    pass(between, data, { start, repeats: 1, stride: 0, step: stride, inner, table: rows })
    pass(out, between, { start: 0, repeats: height, stride: inner, step: channels, inner: channels, table: columns })
  } else {
    const between = emptyLike(data, line * rectangle.height)
    pass(between, data, {
      start,
      repeats: rectangle.height,
      stride,
      step: channels,
      inner: channels,
      table: columns,
    })
    pass(out, between, { start: 0, repeats: 1, stride: 0, step: line, inner: line, table: rows })
  }
  return out
}

interface Pass {
  /** Where the first value is. */
  readonly start: number
  /** How many lines along the axis follow each other, and how far apart they are. */
  readonly repeats: number
  readonly stride: number
  /** From one position along the axis to the next. */
  readonly step: number
  /** How many lines along the axis lie interleaved. */
  readonly inner: number
  readonly table: FilterTable
}

function pass(out: Image['data'], data: Image['data'], { start, repeats, stride, step, inner, table }: Pass): void {
  const { taps, firsts } = table
  const bytes = out instanceof Uint8Array
  const weights = bytes ? wholeFilterWeights(table.weights) : table.weights
  // Stores to a clamped array saturate.
  const target = bytes ? new Uint8ClampedArray(out.buffer) : out
  let at = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let i = 0; i < firsts.length; i++) {
      const from = start + repeat * stride + (firsts[i] as number) * step
      for (let c = 0; c < inner; c++) {
        let sum = bytes ? 1 << (FILTER_BITS - 1) : 0
        let position = from + c
        for (let tap = i * taps; tap < (i + 1) * taps; tap++) {
          sum += (data[position] as number) * (weights[tap] as number)
          position += step
        }
        target[at++] = bytes ? sum >> FILTER_BITS : sum
      }
    }
  }
}

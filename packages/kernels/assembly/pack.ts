// Packing of the operands of a product into panels that the micro-kernel reads from front to back.
import { PANEL_COLUMNS, PANEL_ROWS } from './settings'
import { interleaveFour, interleaveSix } from './transpose'
import { packPatchColumns, packPatchRows } from './patches'

/** How an operand lies in memory. */
export const PLAIN: i32 = 0
export const TRANSPOSED: i32 = 1
export const PATCHES: i32 = 2

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + (<usize>index << 2)
}

/** Packs `count` (at most six) rows of A from `row` on: to[6 * k + r]. */
export function packRows(
  to: usize, layout: i32, a: usize, ld: i32, row: i32, count: i32, first: i32, depth: i32, rows: usize, zeros: usize,
): void {
  if (layout == PATCHES) packPatchRows(to, row, count, first, depth, rows, zeros)
  else if (layout == TRANSPOSED) copyRows(to, PANEL_ROWS, at(a, first * ld + row), ld, count, depth)
  else {
    const last = count - 1
    const from = at(a, row * ld + first)
    // Rows that are missing repeat the last one: what they give is not stored.
    interleaveSix(
      to, from, at(from, min(1, last) * ld), at(from, min(2, last) * ld), at(from, min(3, last) * ld),
      at(from, min(4, last) * ld), at(from, min(5, last) * ld), depth,
    )
  }
}

/** Packs `count` (at most eight) columns of B from `column` on: to[8 * k + c]. */
export function packColumns(
  to: usize, layout: i32, b: usize, ld: i32, column: i32, count: i32, first: i32, depth: i32,
): void {
  if (layout == PATCHES) packPatchColumns(to, column, count, first, depth)
  else if (layout == PLAIN) copyRows(to, PANEL_COLUMNS, at(b, first * ld + column), ld, count, depth)
  else {
    const last = count - 1
    const from = at(b, column * ld + first)
    interleaveFour(
      to, from, at(from, min(1, last) * ld), at(from, min(2, last) * ld), at(from, min(3, last) * ld), depth,
    )
    interleaveFour(
      to + 16, at(from, min(4, last) * ld), at(from, min(5, last) * ld), at(from, min(6, last) * ld),
      at(from, min(7, last) * ld), depth,
    )
  }
}

/** Copies the first `count` floats of each of `depth` rows to a panel `size` wide, and zeros beside them. */
function copyRows(to: usize, size: i32, from: usize, ld: i32, count: i32, depth: i32): void {
  const step = <usize>ld << 2
  if (count == 8) {
    for (let k = 0; k < depth; k++) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
      to += 32
      from += step
    }
  } else if (count == 6 && size == 6) {
    for (let k = 0; k < depth; k++) {
      v128.store(to, v128.load(from))
      v128.store64_lane(to, v128.load64_zero(from, 16), 0, 16)
      to += 24
      from += step
    }
  } else {
    for (let k = 0; k < depth; k++) {
      for (let c = 0; c < size; c++) store<f32>(at(to, c), c < count ? load<f32>(at(from, c)) : <f32>0)
      to += <usize>size << 2
      from += step
    }
  }
}

// Sums, differences, products and quotients of two arrays of the same length, or of an array and a row or a number that
// is repeated.
import { get, put } from './lanes'

const ADD = 0
const SUBTRACT = 1
const MULTIPLY = 2

// @ts-ignore: decorator
@inline
function value(kind: i32, a: v128, b: v128): v128 {
  if (kind == ADD) return f32x4.add(a, b)
  if (kind == SUBTRACT) return f32x4.sub(a, b)
  if (kind == MULTIPLY) return f32x4.mul(a, b)
  return f32x4.div(a, b)
}

// @ts-ignore: decorator
@inline
function ofKind(kind: i32, a: usize, b: usize, y: usize, rows: i32, rowA: i32, rowB: i32, columns: i32): void {
  const single = rowA == 1 || rowB == 1
  for (let r = 0; r < rows; r++) {
    let c = 0
    if (single) {
      // A number for the whole row: of one that is repeated, or of a column.
      const na = v128.load32_splat(a), nb = v128.load32_splat(b)
      for (; c + 4 <= columns; c += 4) {
        const at = <usize>c << 2
        v128.store(y + at, value(kind, rowA == 1 ? na : v128.load(a + at), rowB == 1 ? nb : v128.load(b + at)))
      }
      for (; c < columns; c++) {
        const at = <usize>c << 2
        const left = rowA == 1 ? na : get(a + at, false)
        put(y + at, value(kind, left, rowB == 1 ? nb : get(b + at, false)), false)
      }
    } else {
      for (; c + 4 <= columns; c += 4) {
        const at = <usize>c << 2
        v128.store(y + at, value(kind, v128.load(a + at), v128.load(b + at)))
      }
      for (; c < columns; c++) {
        const at = <usize>c << 2
        put(y + at, value(kind, get(a + at, false), get(b + at, false)), false)
      }
    }
    y += <usize>columns << 2
    a += <usize>stepOf(rowA, columns) << 2
    b += <usize>stepOf(rowB, columns) << 2
  }
}

/** Floats to the next row: an operand whose row has one number moves on by one, one that is repeated not at all. */
// @ts-ignore: decorator
@inline
function stepOf(row: i32, columns: i32): i32 {
  return row == 0 ? 0 : row == 1 ? 1 : columns
}

/**
 * y[rows, columns] of a and b. `rowA` and `rowB` say what an operand has for a row: 0: the same columns for all rows, 1:
 * one number, 2: columns of its own.
 */
export function binary(
  kind: i32, a: usize, b: usize, y: usize, rows: i32, rowA: i32, rowB: i32, columns: i32,
): void {
  if (kind == ADD) ofKind(ADD, a, b, y, rows, rowA, rowB, columns)
  else if (kind == SUBTRACT) ofKind(SUBTRACT, a, b, y, rows, rowA, rowB, columns)
  else if (kind == MULTIPLY) ofKind(MULTIPLY, a, b, y, rows, rowA, rowB, columns)
  else ofKind(3, a, b, y, rows, rowA, rowB, columns)
}

/** The same for `groups` of rows, each with a row of its own that is repeated, or as many rows as the other operand. */
export function binaryGroups(
  kind: i32, a: usize, b: usize, y: usize, groups: i32, rows: i32, rowA: i32, rowB: i32, columns: i32,
): void {
  const row = <usize>columns << 2
  const group = <usize>rows * row
  for (let i = 0; i < groups; i++) {
    binary(kind, a, b, y, rows, rowA, rowB, columns)
    a += rowA == 0 ? row : group
    b += rowB == 0 ? row : group
    y += group
  }
}

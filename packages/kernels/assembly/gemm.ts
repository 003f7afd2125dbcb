// The matrix product: blocks of A and B are packed into panels, and the micro-kernel multiplies panel by panel.
import { BLOCK_DEPTH, BLOCK_ROWS, PACKED_FLOATS, PANEL_COLUMNS, PANEL_ROWS } from './settings'
import { ADD, multiplyEdge, multiplyPanels, WRITE } from './micro'
import { PATCHES, packColumns, packRows, PLAIN, TRANSPOSED } from './pack'

const TILE: i32 = 48
const ROWS: i32 = 32

/** How deep B is packed at once, a multiple of the block's depth. */
function packedDepth(n: i32): i32 {
  const width = roundUp(n)
  return max(BLOCK_DEPTH, PACKED_FLOATS / max(width, 1) / BLOCK_DEPTH * BLOCK_DEPTH)
}

// @ts-ignore: decorator
@inline
function roundUp(n: i32): i32 {
  return (n + PANEL_COLUMNS - 1) / PANEL_COLUMNS * PANEL_COLUMNS
}

/** The floats of scratch memory that a product with depth k needs for n columns, and for any part of them. */
export function gemmScratch(n: i32, k: i32): i32 {
  const width = roundUp(n)
  const packed = <i32>min(<i64>width * k, max(PACKED_FLOATS, width * BLOCK_DEPTH))
  return TILE + ROWS + BLOCK_DEPTH + BLOCK_ROWS * BLOCK_DEPTH + packed
}

/**
 * Rows `i0` to `i1` and columns `j0` to `j1` of C = A[., k] · B[k, .] + bias. The layouts say how A and B lie in memory;
 * `lda`, `ldb` and `ldc` are the floats from one stored row to the next. No bias: 0. What an element of C comes to does
 * not depend on the ranges, so parts of a product may be given to threads.
 */
export function multiply(
  i0: i32, i1: i32, j0: i32, j1: i32, k: i32, layoutA: i32, a: usize, lda: i32, layoutB: i32, b: usize, ldb: i32,
  c: usize, ldc: i32, bias: usize, scratch: usize,
): void {
  if (i0 >= i1 || j0 >= j1) return
  const n = j1 - j0
  c += <usize>j0 << 2
  if (bias != 0) bias += <usize>j0 << 2
  if (k == 0) return fillRows(c + (<usize>(i0 * ldc) << 2), i1 - i0, n, ldc, bias)
  const rows = scratch + (<usize>TILE << 2)
  const zeros = rows + (<usize>ROWS << 2)
  const packedA = zeros + (<usize>BLOCK_DEPTH << 2)
  const packedB = packedA + (<usize>(BLOCK_ROWS * BLOCK_DEPTH) << 2)
  const width = roundUp(n)
  const most = packedDepth(n)
  if (layoutA == PATCHES) memory.fill(zeros, 0, <usize>BLOCK_DEPTH << 2)
  for (let k0 = 0; k0 < k; k0 += most) {
    const end = min(k, k0 + most)
    for (let kb = k0; kb < end; kb += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, end - kb)
      const to = packedB + (<usize>((kb - k0) * width) << 2)
      for (let j = 0; j < n; j += PANEL_COLUMNS) {
        packColumns(to + (<usize>(j * depth) << 2), layoutB, b, ldb, j0 + j, min(PANEL_COLUMNS, n - j), kb, depth)
      }
    }
    for (let ib = i0; ib < i1; ib += BLOCK_ROWS) {
      const count = min(BLOCK_ROWS, i1 - ib)
      const to = c + (<usize>(ib * ldc) << 2)
      if (k0 == 0 && bias != 0) fillRows(to, count, n, ldc, bias)
      for (let kb = k0; kb < end; kb += BLOCK_DEPTH) {
        const depth = min(BLOCK_DEPTH, end - kb)
        for (let i = 0; i < count; i += PANEL_ROWS) {
          packRows(
            packedA + (<usize>(i * depth) << 2), layoutA, a, lda, ib + i, min(PANEL_ROWS, count - i), kb, depth, rows,
            zeros,
          )
        }
        multiplyBlock(
          count, n, depth, packedA, packedB + (<usize>((kb - k0) * width) << 2), to, ldc,
          kb == 0 && bias == 0 ? WRITE : ADD, scratch,
        )
      }
    }
  }
}

function multiplyBlock(
  m: i32, n: i32, depth: i32, a: usize, b: usize, c: usize, ldc: i32, mode: i32, tile: usize,
): void {
  for (let j = 0; j < n; j += PANEL_COLUMNS) {
    const columns = min(PANEL_COLUMNS, n - j)
    const panel = b + (<usize>(j * depth) << 2)
    for (let i = 0; i < m; i += PANEL_ROWS) {
      const rows = min(PANEL_ROWS, m - i)
      const from = a + (<usize>(i * depth) << 2)
      const to = c + (<usize>(i * ldc + j) << 2)
      if (rows == PANEL_ROWS && columns == PANEL_COLUMNS) multiplyPanels(depth, from, panel, to, ldc, mode)
      else multiplyEdge(depth, from, panel, to, ldc, mode, rows, columns, tile)
    }
  }
}

function fillRows(c: usize, m: i32, n: i32, ldc: i32, bias: usize): void {
  for (let i = 0; i < m; i++) {
    const row = c + (<usize>(i * ldc) << 2)
    if (bias == 0) memory.fill(row, 0, <usize>n << 2)
    else memory.copy(row, bias, <usize>n << 2)
  }
}

/**
 * One product of [m, k] and [k, n] for each of `batch` pairs of matrices, rows `i0` to `i1` and columns `j0` to `j1` of
 * it; a step of 0 floats uses the same matrix for all.
 */
export function matMul(
  batch: i32, m: i32, n: i32, k: i32, a: usize, stepA: i32, transposeA: i32, b: usize, stepB: i32, transposeB: i32,
  c: usize, i0: i32, i1: i32, j0: i32, j1: i32, scratch: usize,
): void {
  const lda = transposeA ? m : k
  const ldb = transposeB ? k : n
  for (let i = 0; i < batch; i++) {
    multiply(
      i0, i1, j0, j1, k, transposeA ? TRANSPOSED : PLAIN, a + (<usize>(i * stepA) << 2), lda,
      transposeB ? TRANSPOSED : PLAIN, b + (<usize>(i * stepB) << 2), ldb, c + (<usize>(i * m * n) << 2), n, 0, scratch,
    )
  }
}

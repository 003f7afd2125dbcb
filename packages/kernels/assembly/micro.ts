// The micro-kernel: six rows by eight columns of the product, in twelve vector registers.
import { madd } from './settings'

/** What becomes of a tile: it is written, or added to what is there. */
export const WRITE: i32 = 0
export const ADD: i32 = 1

// @ts-ignore: decorator
@inline
function put(c: usize, left: v128, right: v128, mode: i32): void {
  if (mode == ADD) {
    v128.store(c, f32x4.add(v128.load(c), left))
    v128.store(c, f32x4.add(v128.load(c, 16), right), 16)
  } else {
    v128.store(c, left)
    v128.store(c, right, 16)
  }
}

/**
 * C[6, 8] (+)= A panel · B panel over `depth`. The sum of a block starts at zero and is added to C afterwards: that
 * keeps long sums accurate. The loop needs fifteen registers, all that there are: any other vector that lives through
 * it, were it a bias, halves the speed.
 */
export function multiplyPanels(depth: i32, a: usize, b: usize, c: usize, ldc: i32, mode: i32): void {
  multiplySteps(depth, a, 24, b, c, ldc, mode)
}

/** The same where the six numbers of A for a step of the depth lie `lda` floats behind those of the step before. */
export function multiplyColumns(depth: i32, a: usize, lda: i32, b: usize, c: usize, ldc: i32, mode: i32): void {
  multiplySteps(depth, a, <usize>lda << 2, b, c, ldc, mode)
}

// @ts-ignore: decorator
@inline
function multiplySteps(depth: i32, a: usize, step: usize, b: usize, c: usize, ldc: i32, mode: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    x = v128.load32_splat(a, 16)
    c40 = madd(x, b0, c40)
    c41 = madd(x, b1, c41)
    x = v128.load32_splat(a, 20)
    c50 = madd(x, b0, c50)
    c51 = madd(x, b1, c51)
    a += step
    b += 32
  }
  const line = <usize>ldc << 2
  put(c, c00, c01, mode)
  c += line
  put(c, c10, c11, mode)
  c += line
  put(c, c20, c21, mode)
  c += line
  put(c, c30, c31, mode)
  c += line
  put(c, c40, c41, mode)
  c += line
  put(c, c50, c51, mode)
}

/** The same for six rows of A as they lie in memory, `lda` floats apart. */
export function multiplyRows(depth: i32, a: usize, lda: i32, b: usize, c: usize, ldc: i32, mode: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  const stepA = <usize>lda << 2
  let a1 = a + stepA, a2 = a1 + stepA, a3 = a2 + stepA, a4 = a3 + stepA, a5 = a4 + stepA
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a1)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a2)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a3)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    x = v128.load32_splat(a4)
    c40 = madd(x, b0, c40)
    c41 = madd(x, b1, c41)
    x = v128.load32_splat(a5)
    c50 = madd(x, b0, c50)
    c51 = madd(x, b1, c51)
    a += 4
    a1 += 4
    a2 += 4
    a3 += 4
    a4 += 4
    a5 += 4
    b += 32
  }
  const step = <usize>ldc << 2
  put(c, c00, c01, mode)
  c += step
  put(c, c10, c11, mode)
  c += step
  put(c, c20, c21, mode)
  c += step
  put(c, c30, c31, mode)
  c += step
  put(c, c40, c41, mode)
  c += step
  put(c, c50, c51, mode)
}

/** The product of panels for a tile at the edge, with fewer rows or columns, through a `tile` of 48 floats. */
export function multiplyEdge(
  depth: i32, a: usize, b: usize, c: usize, ldc: i32, mode: i32, rows: i32, columns: i32, tile: usize,
): void {
  multiplyPanels(depth, a, b, tile, 8, WRITE)
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const to = c + (<usize>(r * ldc + j) << 2)
      const value = load<f32>(tile + (<usize>(r * 8 + j) << 2))
      store<f32>(to, mode == ADD ? load<f32>(to) + value : value)
    }
  }
}

// The sums that the gradient of a batch normalisation needs, both in one pass, in the order of columns.ts: the bits are the
// same.

/** Rows that are summed in single precision, as in columns.ts. */
export const BLOCK: i32 = 64

/** Adds d and d * (x - mean) onto single sums: four rows in pairs, then the others, as in columns.ts. */
export function addRows(d: usize, x: usize, mean: usize, rows: i32, channels: i32, values: usize, products: usize): void {
  const step = <usize>channels << 2
  let r = 0
  for (; r + 4 <= rows; r += 4) {
    for (let at: usize = 0; at < step; at += 16) {
      const m = v128.load(mean + at)
      const d0 = v128.load(d + at), d1 = v128.load(d + step + at)
      const d2 = v128.load(d + 2 * step + at), d3 = v128.load(d + 3 * step + at)
      const sum = f32x4.add(f32x4.add(d0, d1), f32x4.add(d2, d3))
      v128.store(values + at, f32x4.add(v128.load(values + at), sum))
      const first = f32x4.add(product(x + at, m, d0), product(x + step + at, m, d1))
      const last = f32x4.add(product(x + 2 * step + at, m, d2), product(x + 3 * step + at, m, d3))
      v128.store(products + at, f32x4.add(v128.load(products + at), f32x4.add(first, last)))
    }
    d += 4 * step
    x += 4 * step
  }
  for (; r < rows; r++) {
    for (let at: usize = 0; at < step; at += 16) {
      const own = v128.load(d + at)
      v128.store(values + at, f32x4.add(v128.load(values + at), own))
      const p = product(x + at, v128.load(mean + at), own)
      v128.store(products + at, f32x4.add(v128.load(products + at), p))
    }
    d += step
    x += step
  }
}

// @ts-ignore: decorator
@inline
function product(x: usize, mean: v128, d: v128): v128 {
  return f32x4.mul(f32x4.sub(v128.load(x), mean), d)
}

/** Adds single sums onto double ones. */
export function widenSums(to: usize, from: usize, channels: i32): void {
  for (let c = 0; c < channels; c++) {
    const at = to + (<usize>c << 3)
    store<f64>(at, load<f64>(at) + <f64>load<f32>(from + (<usize>c << 2)))
  }
}

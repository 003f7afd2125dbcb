// The cosine transform of 8×8 values in whole numbers, with the rounding of libjpeg's accurate method: constants have 13
// bits after the point, and values 2 more bits between the passes. Each 1-D pass is split into sums and differences of
// mirrored values. What multiplies them is √2·cos(kπ/16); libjpeg's factors, which have fewer multiplications (Loeffler,
// Ligtenberg and Moschytz 1989), come to the products below, so that some differ in the last place.
const BITS = 13
const EXTRA = 2

// k = 2 and 6
const EVEN_A = 10703
const EVEN_B = 4433
const EVEN_C = 10704

// k = 1, 3, 5, 7
const C1 = 11363
const C1_LESS = 11362
const C3 = 9633
const C5 = 6437
const C5_LESS = 6436
const C7 = 2260
const C7_MORE = 2261
const C7_LESS = 2259

/**
 * Transforms a block in place: [8, 8] values of -128 to 127 become frequencies times 8.
 */
export function forwardTransform(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forwardPass(block, row, 1, -EXTRA, BITS - EXTRA)
  for (let column = 0; column < 8; column++) forwardPass(block, column, 8, EXTRA, BITS + EXTRA)
}

/** Transforms a block of frequencies back, in place. Values may be beyond -128 to 127. */
export function inverseTransform(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inversePass(block, column, 8, BITS - EXTRA)
  for (let row = 0; row < 64; row += 8) inversePass(block, row, 1, BITS + EXTRA + 3)
}

/** One pass over 8 values; `shift` is that of the values without a constant, below 0 to the left. */
function forwardPass(block: Int32Array, start: number, step: number, shift: number, constantShift: number): void {
  const v0 = block[start] as number
  const v1 = block[start + step] as number
  const v2 = block[start + 2 * step] as number
  const v3 = block[start + 3 * step] as number
  const v4 = block[start + 4 * step] as number
  const v5 = block[start + 5 * step] as number
  const v6 = block[start + 6 * step] as number
  const v7 = block[start + 7 * step] as number
  const outer = v0 + v7 + v3 + v4
  const inner = v1 + v6 + v2 + v5
  const a = v0 + v7 - v3 - v4
  const b = v1 + v6 - v2 - v5
  const d0 = v0 - v7
  const d1 = v1 - v6
  const d2 = v2 - v5
  const d3 = v3 - v4
  const half = 1 << (constantShift - 1)
  block[start] = scaled(outer + inner, shift)
  block[start + 4 * step] = scaled(outer - inner, shift)
  block[start + 2 * step] = (EVEN_A * a + EVEN_B * b + half) >> constantShift
  block[start + 6 * step] = (EVEN_B * a - EVEN_C * b + half) >> constantShift
  block[start + step] = (C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3 + half) >> constantShift
  block[start + 3 * step] = (C3 * d0 - C7_LESS * d1 - C1_LESS * d2 - C5_LESS * d3 + half) >> constantShift
  block[start + 5 * step] = (C5 * d0 - C1_LESS * d1 + C7_MORE * d2 + C3 * d3 + half) >> constantShift
  block[start + 7 * step] = (C7 * d0 - C5_LESS * d1 + C3 * d2 - C1 * d3 + half) >> constantShift
}

function scaled(value: number, shift: number): number {
  return shift < 0 ? value << -shift : (value + (1 << (shift - 1))) >> shift
}

function inversePass(block: Int32Array, start: number, step: number, shift: number): void {
  const f0 = block[start] as number
  const f1 = block[start + step] as number
  const f2 = block[start + 2 * step] as number
  const f3 = block[start + 3 * step] as number
  const f4 = block[start + 4 * step] as number
  const f5 = block[start + 5 * step] as number
  const f6 = block[start + 6 * step] as number
  const f7 = block[start + 7 * step] as number
  // Most columns have no frequency but the first.
  if ((f1 | f2 | f3 | f4 | f5 | f6 | f7) === 0) {
    const even = ((f0 << BITS) + (1 << (shift - 1))) >> shift
    for (let i = 0; i < 8; i++) block[start + i * step] = even
    return
  }
  const half = 1 << (shift - 1)
  const sum = ((f0 + f4) << BITS) + half
  const difference = ((f0 - f4) << BITS) + half
  const a = EVEN_A * f2 + EVEN_B * f6
  const b = EVEN_B * f2 - EVEN_C * f6
  const d0 = C1 * f1 + C3 * f3 + C5 * f5 + C7 * f7
  const d1 = C3 * f1 - C7_LESS * f3 - C1_LESS * f5 - C5_LESS * f7
  const d2 = C5 * f1 - C1_LESS * f3 + C7_MORE * f5 + C3 * f7
  const d3 = C7 * f1 - C5_LESS * f3 + C3 * f5 - C1 * f7
  block[start] = (sum + a + d0) >> shift
  block[start + 7 * step] = (sum + a - d0) >> shift
  block[start + step] = (difference + b + d1) >> shift
  block[start + 6 * step] = (difference + b - d1) >> shift
  block[start + 2 * step] = (difference - b + d2) >> shift
  block[start + 5 * step] = (difference - b - d2) >> shift
  block[start + 3 * step] = (sum - a + d3) >> shift
  block[start + 4 * step] = (sum - a - d3) >> shift
}

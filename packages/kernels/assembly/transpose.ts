// Interleaving of rows: what packing needs of a matrix whose rows lie apart.

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5)
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7)
}

// @ts-ignore: decorator
@inline
function lowPair(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
function highPair(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3)
}

/** Writes `length` columns of six rows one after the other: to[6 * k + r] = row r at k. */
export function interleaveSix(
  to: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, length: i32,
): void {
  let k = 0
  for (; k + 4 <= length; k += 4) {
    const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2)
    const r3 = v128.load(p3), r4 = v128.load(p4), r5 = v128.load(p5)
    const a = low(r0, r1), b = low(r2, r3), c = high(r0, r1), d = high(r2, r3), e = low(r4, r5), f = high(r4, r5)
    v128.store(to, lowPair(a, b))
    v128.store64_lane(to, e, 0, 16)
    v128.store(to, highPair(a, b), 24)
    v128.store64_lane(to, e, 1, 40)
    v128.store(to, lowPair(c, d), 48)
    v128.store64_lane(to, f, 0, 64)
    v128.store(to, highPair(c, d), 72)
    v128.store64_lane(to, f, 1, 88)
    to += 96
    p0 += 16; p1 += 16; p2 += 16; p3 += 16; p4 += 16; p5 += 16
  }
  for (; k < length; k++) {
    store<f32>(to, load<f32>(p0), 0)
    store<f32>(to, load<f32>(p1), 4)
    store<f32>(to, load<f32>(p2), 8)
    store<f32>(to, load<f32>(p3), 12)
    store<f32>(to, load<f32>(p4), 16)
    store<f32>(to, load<f32>(p5), 20)
    to += 24
    p0 += 4; p1 += 4; p2 += 4; p3 += 4; p4 += 4; p5 += 4
  }
}

/** Writes `length` columns of four rows: to[8 * k + r] = row r at k. Two calls fill a panel of eight. */
export function interleaveFour(to: usize, p0: usize, p1: usize, p2: usize, p3: usize, length: i32): void {
  let k = 0
  for (; k + 4 <= length; k += 4) {
    const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3)
    const a = low(r0, r1), b = low(r2, r3), c = high(r0, r1), d = high(r2, r3)
    v128.store(to, lowPair(a, b))
    v128.store(to, highPair(a, b), 32)
    v128.store(to, lowPair(c, d), 64)
    v128.store(to, highPair(c, d), 96)
    to += 128
    p0 += 16; p1 += 16; p2 += 16; p3 += 16
  }
  for (; k < length; k++) {
    store<f32>(to, load<f32>(p0), 0)
    store<f32>(to, load<f32>(p1), 4)
    store<f32>(to, load<f32>(p2), 8)
    store<f32>(to, load<f32>(p3), 12)
    to += 32
    p0 += 4; p1 += 4; p2 += 4; p3 += 4
  }
}

/** to[column, row] = from[row, column]; `ldTo` and `ldFrom` are the floats from one row to the next. */
export function transposeInto(to: usize, ldTo: i32, from: usize, ldFrom: i32, rows: i32, columns: i32): void {
  for (let r0 = 0; r0 < rows; r0 += 16) {
    const end = min(rows, r0 + 16)
    for (let c = 0; c < columns; c++) {
      for (let r = r0; r < end; r++) {
        store<f32>(to + (<usize>(c * ldTo + r) << 2), load<f32>(from + (<usize>(r * ldFrom + c) << 2)))
      }
    }
  }
}

// Interleaving of rows: what packing needs of a matrix whose rows lie apart.

import { high, highPair, low, lowPair } from './shuffle'

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
  const stepTo = <usize>ldTo << 2
  const stepFrom = <usize>ldFrom << 2
  const wholeRows = rows & ~3
  const wholeColumns = columns & ~3
  // Bands of sixteen rows: what is read and what is written both stay in the first cache.
  for (let r0 = 0; r0 < wholeRows; r0 += 16) {
    const end = min(wholeRows, r0 + 16)
    for (let c = 0; c < wholeColumns; c += 4) {
      for (let r = r0; r < end; r += 4) {
        const a = from + stepFrom * r + (<usize>c << 2)
        const b = to + stepTo * c + (<usize>r << 2)
        const r0 = v128.load(a), r1 = v128.load(a + stepFrom)
        const r2 = v128.load(a + 2 * stepFrom), r3 = v128.load(a + 3 * stepFrom)
        const l = low(r0, r1), m = low(r2, r3), h = high(r0, r1), i = high(r2, r3)
        v128.store(b, lowPair(l, m))
        v128.store(b + stepTo, highPair(l, m))
        v128.store(b + 2 * stepTo, lowPair(h, i))
        v128.store(b + 3 * stepTo, highPair(h, i))
      }
    }
  }
  copyTurned(to, ldTo, from, ldFrom, 0, wholeRows, wholeColumns, columns)
  copyTurned(to, ldTo, from, ldFrom, wholeRows, rows, 0, columns)
}

// @ts-ignore: decorator
@inline
function copyTurned(
  to: usize, ldTo: i32, from: usize, ldFrom: i32, firstRow: i32, endRow: i32, firstColumn: i32, endColumn: i32,
): void {
  for (let c = firstColumn; c < endColumn; c++) {
    for (let r = firstRow; r < endRow; r++) {
      store<f32>(to + (<usize>(c * ldTo + r) << 2), load<f32>(from + (<usize>(r * ldFrom + c) << 2)))
    }
  }
}

/**
 * Copies blocks from one place to another. There is one for each index of the four outer axes, numbers `first` to `end`
 * of them counted with the last axis fastest; `size`, `in` and `out` say how long an axis is and the floats from one
 * index to the next. With one row a block is a run of `columns` floats; with more it is [rows, columns] in the output
 * and turned in the input, where a column is `inColumn` floats from the next.
 */
export function copyBlocks(
  x: usize, y: usize, size1: i32, size2: i32, size3: i32, in0: i32, in1: i32, in2: i32, in3: i32, out0: i32, out1: i32,
  out2: i32, out3: i32, rows: i32, outRow: i32, columns: i32, inColumn: i32, first: i32, end: i32,
): void {
  for (let block = first; block < end; block++) {
    let rest = block / size3
    const i3 = block - rest * size3
    let next = rest / size2
    const i2 = rest - next * size2
    rest = next
    next = rest / size1
    const i1 = rest - next * size1
    const from = x + (<usize>(next * in0 + i1 * in1 + i2 * in2 + i3 * in3) << 2)
    const to = y + (<usize>(next * out0 + i1 * out1 + i2 * out2 + i3 * out3) << 2)
    if (rows != 1) transposeInto(to, outRow, from, inColumn, columns, rows)
    else if (inColumn == 1) copyRun(to, from, columns)
    else for (let c = 0; c < columns; c++) store<f32>(to + (<usize>c << 2), load<f32>(from + (<usize>(c * inColumn) << 2)))
  }
}

// @ts-ignore: decorator
@inline
function copyRun(to: usize, from: usize, length: i32): void {
  if (length > 64) return memory.copy(to, from, <usize>length << 2)
  for (; length >= 4; length -= 4) {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  }
  for (; length > 0; length--) {
    store<i32>(to, load<i32>(from))
    to += 4
    from += 4
  }
}

// Rows by number: sums of the rows of the same number, and rows that are 'on' at their number.

/** Adds every row of x to that row of y whose number `ids` gives; what lies outside is left out. */
export function segmentSum(
  x: usize, ids: usize, y: usize, rows: i32, channels: i32, segments: i32, float: bool,
): void {
  const line = <usize>channels << 2
  memory.fill(y, 0, <usize>segments * line)
  for (let i = 0; i < rows; i++) {
    const id = load<i32>(ids + (<usize>i << 2))
    if (id >= 0 && id < segments) {
      const from = x + <usize>i * line
      const to = y + <usize>id * line
      let at: usize = 0
      for (; at + 16 <= line; at += 16) {
        const a = v128.load(to + at)
        const b = v128.load(from + at)
        v128.store(to + at, float ? f32x4.add(a, b) : i32x4.add(a, b))
      }
      for (; at < line; at += 4) {
        if (float) store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at))
        else store<i32>(to + at, load<i32>(to + at) + load<i32>(from + at))
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function oneHot<T>(indices: usize, y: usize, rows: i32, depth: i32, on: T, off: T): void {
  for (let i = 0; i < rows; i++) {
    const index = load<i32>(indices + (<usize>i << 2))
    for (let j = 0; j < depth; j++) {
      store<T>(y, j == index ? on : off)
      y += sizeof<T>()
    }
  }
}

export function oneHotFloat(indices: usize, y: usize, rows: i32, depth: i32, on: f32, off: f32): void {
  oneHot<f32>(indices, y, rows, depth, on, off)
}

export function oneHotInt(indices: usize, y: usize, rows: i32, depth: i32, on: i32, off: i32): void {
  oneHot<i32>(indices, y, rows, depth, on, off)
}

export function oneHotBool(indices: usize, y: usize, rows: i32, depth: i32, on: u8, off: u8): void {
  oneHot<u8>(indices, y, rows, depth, on, off)
}

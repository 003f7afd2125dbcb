// Rows of three bytes per pixel, mirrored.

/** Five pixels at a time. `out` may be written one byte beyond its end, `source` read one byte. */
export function flipRows(source: usize, out: usize, width: i32, height: i32): void {
  const length = <usize>width * 3
  for (let y = 0; y < height; y++) {
    let from = source + length
    let to = out
    let left = width
    for (; left >= 5; left -= 5) {
      from -= 15
      const mirrored = i8x16.swizzle(v128.load(from), i8x16(12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2, -1))
      v128.store(to, mirrored)
      to += 15
    }
    for (; left > 0; left--) {
      from -= 3
      store<u16>(to, load<u16>(from))
      store<u8>(to, load<u8>(from, 2), 2)
      to += 3
    }
    source += length
    out += length
  }
}

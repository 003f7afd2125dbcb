// Counting and replacing the values of pictures of three bytes per pixel.

/** A table of each of the three channels has so many entries. */
const SIZE: usize = 256

// @ts-ignore: decorator
@inline
function increase(counts: usize, value: u8): void {
  const at = counts + 4 * <usize>value
  store<u32>(at, load<u32>(at) + 1)
}

/** Adds to `counts` (u32, for each channel) how often each value is there. */
export function countValues(source: usize, pixels: i32, counts: usize): void {
  for (let i = 0; i < pixels; i++) {
    increase(counts, load<u8>(source))
    increase(counts + 4 * SIZE, load<u8>(source, 1))
    increase(counts + 8 * SIZE, load<u8>(source, 2))
    source += 3
  }
}

/** Replaces each value by that of its channel's table (u8, for each channel). */
export function mapValues(source: usize, out: usize, pixels: i32, tables: usize): void {
  for (let i = 0; i < pixels; i++) {
    store<u8>(out, load<u8>(tables + load<u8>(source)))
    store<u8>(out, load<u8>(tables + SIZE + load<u8>(source, 1)), 1)
    store<u8>(out, load<u8>(tables + 2 * SIZE + load<u8>(source, 2)), 2)
    source += 3
    out += 3
  }
}

// The matrix of image patches that makes a convolution a matrix product. It is never written out: its parts are packed
// straight from the image. A row is a window (image, then down, then right), a column is a filter's cell and channel.
import { interleaveSix } from './transpose'

let image: usize = 0
let height: i32 = 0
let width: i32 = 0
/** Floats from a pixel to the next: all channels, while `channels` are those of one group. */
let pixel: i32 = 0
let channels: i32 = 0
let filterWidth: i32 = 0
let windowsDown: i32 = 0
let windowsAcross: i32 = 0
let strideDown: i32 = 0
let strideAcross: i32 = 0
let top: i32 = 0
let left: i32 = 0
let dilationDown: i32 = 0
let dilationAcross: i32 = 0
/** The window that the columns' depth counts from. */
let firstWindow: i32 = 0

export function setImage(from: usize, h: i32, w: i32, allChannels: i32, groupChannels: i32): void {
  image = from
  height = h
  width = w
  pixel = allChannels
  channels = groupChannels
}

export function setWindows(
  kw: i32, down: i32, across: i32, sh: i32, sw: i32, padTop: i32, padLeft: i32, dh: i32, dw: i32,
): void {
  filterWidth = kw
  windowsDown = down
  windowsAcross = across
  strideDown = sh
  strideAcross = sw
  top = padTop
  left = padLeft
  dilationDown = dh
  dilationAcross = dw
}

export function setFirstWindow(window: i32): void {
  firstWindow = window
}

/** Where a cell of a window starts, or the zeros where it lies outside. `row` holds [image, y, x] of a window. */
// @ts-ignore: decorator
@inline
function cell(row: usize, down: i32, across: i32, channel: i32, zeros: usize): usize {
  const y = load<i32>(row, 4) + down
  const x = load<i32>(row, 8) + across
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return zeros
  return load<usize>(row) + (<usize>((y * width + x) * pixel + channel) << 2)
}

/**
 * Packs a panel of six rows, from column `first` on. Rows past `count` repeat the last one.
 *
 * @param rows - room for 18 words
 * @param zeros - as many zeros as `depth`
 */
export function packPatchRows(
  to: usize, row: i32, count: i32, first: i32, depth: i32, rows: usize, zeros: usize,
): void {
  let inside = dilationAcross == 1 && pixel == channels
  for (let r = 0; r < 6; r++) {
    const index = row + min(r, count - 1)
    const line = index / windowsAcross
    const n = line / windowsDown
    const x = (index - line * windowsAcross) * strideAcross - left
    const at = rows + <usize>r * 12
    store<usize>(at, image + (<usize>(n * height * width * pixel) << 2))
    store<i32>(at, (line - n * windowsDown) * strideDown - top, 4)
    store<i32>(at, x, 8)
    inside = inside && x >= 0 && x + filterWidth <= width
  }
  let done = 0
  while (done < depth) {
    const column = first + done
    const tap = column / channels
    const channel = column - tap * channels
    const ky = tap / filterWidth
    const kx = tap - ky * filterWidth
    // A whole row of the filter is one run of memory where no window crosses the picture's sides.
    const run = min(depth - done, (inside ? (filterWidth - kx) * channels : channels) - channel)
    const down = ky * dilationDown
    const across = kx * dilationAcross
    interleaveSix(
      to + <usize>done * 24,
      cell(rows, down, across, channel, zeros),
      cell(rows + 12, down, across, channel, zeros),
      cell(rows + 24, down, across, channel, zeros),
      cell(rows + 36, down, across, channel, zeros),
      cell(rows + 48, down, across, channel, zeros),
      cell(rows + 60, down, across, channel, zeros),
      run,
    )
    done += run
  }
}

/** Packs a panel of eight columns from `column` on, for `depth` windows from `first` on; columns past `count` are 0. */
export function packPatchColumns(to: usize, column: i32, count: i32, first: i32, depth: i32): void {
  if (count < 8) memory.fill(to, 0, <usize>depth << 5)
  let done = 0
  while (done < count) {
    const tap = (column + done) / channels
    const channel = column + done - tap * channels
    const run = min(count - done, channels - channel)
    const ky = tap / filterWidth
    packCell(
      to + (<usize>done << 2), run, ky * dilationDown, (tap - ky * filterWidth) * dilationAcross, channel, first, depth,
    )
    done += run
  }
}

function packCell(
  to: usize, run: i32, down: i32, across: i32, channel: i32, first: i32, depth: i32,
): void {
  let line = (first + firstWindow) / windowsAcross
  let ox = first + firstWindow - line * windowsAcross
  const step = <usize>(strideAcross * pixel) << 2
  while (depth > 0) {
    const n = line / windowsDown
    const y = (line - n * windowsDown) * strideDown - top + down
    const length = min(depth, windowsAcross - ox)
    const inside = <u32>y < <u32>height
    let x = ox * strideAcross - left + across
    let from = image + (<usize>(((n * height + y) * width + x) * pixel + channel) << 2)
    for (let i = 0; i < length; i++) {
      if (inside && <u32>x < <u32>width) {
        if (run == 8) {
          v128.store(to, v128.load(from))
          v128.store(to, v128.load(from, 16), 16)
        } else {
          for (let c = 0; c < run; c++) store<f32>(to + (<usize>c << 2), load<f32>(from + (<usize>c << 2)))
        }
      } else if (run == 8) {
        v128.store(to, f32x4.splat(0))
        v128.store(to, f32x4.splat(0), 16)
      } else {
        for (let c = 0; c < run; c++) store<f32>(to + (<usize>c << 2), 0)
      }
      to += 32
      from += step
      x += strideAcross
    }
    depth -= length
    ox = 0
    line++
  }
}

/**
 * Adds rows of the patch matrix back onto the image, each to the cells that it was taken from.
 *
 * @param columns - the rows, written out, `ld` floats each
 */
export function addPatches(columns: usize, ld: i32, row: i32, count: i32): void {
  const taps = ld / channels
  for (let r = 0; r < count; r++) {
    const line = (row + r) / windowsAcross
    const n = line / windowsDown
    const y0 = (line - n * windowsDown) * strideDown - top
    const x0 = (row + r - line * windowsAcross) * strideAcross - left
    for (let tap = 0; tap < taps; tap++) {
      const ky = tap / filterWidth
      const y = y0 + ky * dilationDown
      const x = x0 + (tap - ky * filterWidth) * dilationAcross
      if (<u32>y < <u32>height && <u32>x < <u32>width) {
        addRun(
          image + (<usize>(((n * height + y) * width + x) * pixel) << 2),
          columns + (<usize>(r * ld + tap * channels) << 2),
          channels,
        )
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addRun(to: usize, from: usize, length: i32): void {
  let i = 0
  for (; i + 4 <= length; i += 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
    to += 16
    from += 16
  }
  for (; i < length; i++) {
    store<f32>(to, load<f32>(to) + load<f32>(from))
    to += 4
    from += 4
  }
}

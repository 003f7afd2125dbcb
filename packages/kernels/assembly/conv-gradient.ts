// The gradients of convolution with respect to the image and the filter.
import { gemmScratch, multiply } from './gemm'
import { PATCHES, PLAIN, TRANSPOSED } from './pack'
import { addPatches, setImage, setWindows } from './patches'
import { transposeInto } from './transpose'

/** Windows whose patches are written out at once: enough to be worth packing the filter for. */
function rowsAtOnce(depth: i32): i32 {
  return max(192, (1 << 18) / max(depth, 1))
}

export function convInputGradientScratch(
  kh: i32, kw: i32, channels: i32, out: i32, sh: i32, sw: i32, groups: i32,
): i32 {
  const groupIn = channels / groups
  const groupOut = out / groups
  const cells = kh * kw * groupIn
  const gather = gemmScratch(groupIn, kh * kw * groupOut) + cells * groupOut
  const scatter = gemmScratch(cells, groupOut) + cells * rowsAtOnce(cells)
  return sh == 1 && sw == 1 ? gather : scatter
}

export function convInputGradient(
  dy: usize, filter: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32,
  outHeight: i32, outWidth: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const cells = kh * kw * groupIn
  const everywhere = sh == 1 && sw == 1
  const pointwise = everywhere && kh == 1 && kw == 1 && top == 0 && left == 0
    && outHeight == height && outWidth == width
  if (!everywhere) memory.fill(dx, 0, <usize>(batch * height * width * channels) << 2)
  for (let g = 0; g < groups; g++) {
    const from = dy + (<usize>(g * groupOut) << 2)
    const weights = filter + (<usize>(g * groupOut) << 2)
    const to = dx + (<usize>(g * groupIn) << 2)
    if (pointwise) {
      multiply(
        batch * height * width, groupIn, groupOut, PLAIN, from, out, TRANSPOSED, weights, out, to, channels, 0, scratch,
      )
    } else if (everywhere) {
      // With steps of one the gradient is the convolution of dy with the filter turned by half a turn.
      const turned = scratch
      turnFilter(turned, weights, kh * kw, groupIn, groupOut, out)
      setImage(from, outHeight, outWidth, out, groupOut)
      setWindows(kw, height, width, 1, 1, (kh - 1) * dh - top, (kw - 1) * dw - left, dh, dw)
      multiply(
        batch * height * width, groupIn, kh * kw * groupOut, PATCHES, from, out, PLAIN, turned, groupIn, to, channels,
        0, scratch + (<usize>(cells * groupOut) << 2),
      )
    } else {
      setImage(to, height, width, channels, groupIn)
      setWindows(kw, outHeight, outWidth, sh, sw, top, left, dh, dw)
      scatter(from, weights, batch * outHeight * outWidth, cells, groupOut, out, scratch)
    }
  }
}

/** Writes the gradient of some patches out and adds them onto the image, again and again. */
function scatter(dy: usize, filter: usize, windows: i32, cells: i32, groupOut: i32, out: i32, scratch: usize): void {
  const most = rowsAtOnce(cells)
  const columns = scratch
  const rest = scratch + (<usize>(cells * most) << 2)
  for (let row = 0; row < windows; row += most) {
    const count = min(most, windows - row)
    multiply(
      count, cells, groupOut, PLAIN, dy + (<usize>(row * out) << 2), out, TRANSPOSED, filter, out, columns, cells, 0,
      rest,
    )
    addPatches(columns, cells, row, count)
  }
}

/** to[taps - 1 - tap, out, in] = filter[tap, in, out] */
function turnFilter(to: usize, filter: usize, taps: i32, groupIn: i32, groupOut: i32, out: i32): void {
  for (let tap = 0; tap < taps; tap++) {
    transposeInto(
      to + (<usize>((taps - 1 - tap) * groupIn * groupOut) << 2), groupIn,
      filter + (<usize>(tap * groupIn * out) << 2), out, groupIn, groupOut,
    )
  }
}

export function convFilterGradientScratch(
  kh: i32, kw: i32, channels: i32, out: i32, groups: i32, windows: i32,
): i32 {
  const cells = kh * kw * (channels / groups)
  return max(gemmScratch(cells, windows), gemmScratch(out / groups, windows)) + cells * (out / groups)
}

export function convFilterGradient(
  x: usize, dy: usize, dfilter: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32,
  outHeight: i32, outWidth: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const cells = kh * kw * groupIn
  const windows = batch * outHeight * outWidth
  const pointwise = kh == 1 && kw == 1 && sh == 1 && sw == 1 && top == 0 && left == 0
    && outHeight == height && outWidth == width
  const rest = scratch + (<usize>(cells * groupOut) << 2)
  setWindows(kw, outHeight, outWidth, sh, sw, top, left, dh, dw)
  for (let g = 0; g < groups; g++) {
    const image = x + (<usize>(g * groupIn) << 2)
    const from = dy + (<usize>(g * groupOut) << 2)
    const to = dfilter + (<usize>(g * groupOut) << 2)
    if (pointwise) {
      multiply(groupIn, groupOut, windows, TRANSPOSED, image, channels, PLAIN, from, out, to, out, 0, rest)
    } else {
      // Eight columns of the patches are one run of channels, six rows often are not: so the patches are on the right.
      setImage(image, height, width, channels, groupIn)
      multiply(groupOut, cells, windows, TRANSPOSED, from, out, PATCHES, image, 0, scratch, cells, 0, rest)
      transposeInto(to, out, scratch, cells, groupOut, cells)
    }
  }
}

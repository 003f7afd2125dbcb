// The gradients of convolution with respect to the image and the filter.
import { gemmScratch, multiply } from './gemm'
import { PATCHES, PLAIN, TRANSPOSED } from './pack'
import { addPatches, setFirstWindow, setImage, setWindows } from './patches'
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

/**
 * With steps of one: rows `i0` to `i1` of the pixels and, in each group, channels `j0` to `j1`. With longer steps: the
 * images `i0` to `i1`.
 */
export function convInputGradient(
  dy: usize, filter: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32,
  outHeight: i32, outWidth: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, i0: i32, i1: i32,
  j0: i32, j1: i32, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const cells = kh * kw * groupIn
  const everywhere = sh == 1 && sw == 1
  const pointwise = everywhere && kh == 1 && kw == 1 && top == 0 && left == 0
    && outHeight == height && outWidth == width
  if (!everywhere) {
    const image = <usize>(height * width * channels) << 2
    memory.fill(dx + image * i0, 0, image * (i1 - i0))
  }
  for (let g = 0; g < groups; g++) {
    const from = dy + (<usize>(g * groupOut) << 2)
    const weights = filter + (<usize>(g * groupOut) << 2)
    const to = dx + (<usize>(g * groupIn) << 2)
    if (pointwise) {
      multiply(i0, i1, j0, j1, groupOut, PLAIN, from, out, TRANSPOSED, weights, out, to, channels, 0, scratch)
    } else if (everywhere) {
      // With steps of one the gradient is the convolution of dy with the filter turned by half a turn.
      const turned = scratch
      turnFilter(turned, weights, kh * kw, groupIn, groupOut, out)
      setImage(from, outHeight, outWidth, out, groupOut)
      setWindows(kw, height, width, 1, 1, (kh - 1) * dh - top, (kw - 1) * dw - left, dh, dw)
      multiply(
        i0, i1, j0, j1, kh * kw * groupOut, PATCHES, from, out, PLAIN, turned, groupIn, to, channels, 0,
        scratch + (<usize>(cells * groupOut) << 2),
      )
    } else {
      setImage(to, height, width, channels, groupIn)
      setWindows(kw, outHeight, outWidth, sh, sw, top, left, dh, dw)
      const windows = outHeight * outWidth
      scatter(from, weights, i0 * windows, i1 * windows, cells, groupOut, out, scratch)
    }
  }
}

/** Writes the gradient of some patches out and adds them onto the image, again and again. */
function scatter(
  dy: usize, filter: usize, first: i32, end: i32, cells: i32, groupOut: i32, out: i32, scratch: usize,
): void {
  const most = rowsAtOnce(cells)
  const columns = scratch
  const rest = scratch + (<usize>(cells * most) << 2)
  for (let row = first; row < end; row += most) {
    const count = min(most, end - row)
    multiply(
      0, count, 0, cells, groupOut, PLAIN, dy + (<usize>(row * out) << 2), out, TRANSPOSED, filter, out, columns, cells,
      0, rest,
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
  return max(gemmScratch(kh * kw * (channels / groups), windows), gemmScratch(out / groups, windows))
}

/**
 * In each group, rows `i0` to `i1` and columns `j0` to `j1` of the gradient, taken over the windows `k0` to `k1`. Where
 * `turned` is not 0 a column is a cell of the filter and its channel, a row is a channel of the output, and the gradient
 * [group, out / groups, cells] goes to `turned`; {@link turnGradient} brings it into its place. Otherwise the filter has
 * one cell that visits every pixel, a row is a channel of the input and the gradient goes to `dfilter`.
 */
export function convFilterGradient(
  x: usize, dy: usize, dfilter: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32,
  outHeight: i32, outWidth: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, i0: i32, i1: i32,
  j0: i32, j1: i32, k0: i32, k1: i32, turned: usize, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const cells = kh * kw * groupIn
  const depth = k1 - k0
  setWindows(kw, outHeight, outWidth, sh, sw, top, left, dh, dw)
  for (let g = 0; g < groups; g++) {
    const image = x + (<usize>(g * groupIn) << 2)
    const from = dy + (<usize>(g * groupOut + k0 * out) << 2)
    if (turned == 0) {
      multiply(
        i0, i1, j0, j1, depth, TRANSPOSED, image + (<usize>(k0 * channels) << 2), channels, PLAIN, from, out,
        dfilter + (<usize>(g * groupOut) << 2), out, 0, scratch,
      )
    } else {
      // Eight columns of the patches are one run of channels, six rows often are not: so the patches are on the right.
      setImage(image, height, width, channels, groupIn)
      setFirstWindow(k0)
      multiply(
        i0, i1, j0, j1, depth, TRANSPOSED, from, out, PATCHES, image, 0, turned + (<usize>(g * groupOut * cells) << 2),
        cells, 0, scratch,
      )
      setFirstWindow(0)
    }
  }
}

/** dfilter[cell, out] = the sum of `parts` gradients [group, out / groups, cells] that lie one after the other. */
export function turnGradient(turned: usize, parts: i32, dfilter: usize, cells: i32, out: i32, groups: i32): void {
  const groupOut = out / groups
  addParts(turned, parts, cells * out, turned)
  for (let g = 0; g < groups; g++) {
    const column = <usize>(g * groupOut) << 2
    transposeInto(dfilter + column, out, turned + column * cells, cells, groupOut, cells)
  }
}

/** The sum, in order, of arrays that lie one after the other. */
export function addParts(first: usize, parts: i32, size: i32, sum: usize): void {
  if (sum != first) memory.copy(sum, first, <usize>size << 2)
  for (let part = 1; part < parts; part++) {
    let to = sum, from = first + (<usize>(part * size) << 2)
    let i = 0
    for (; i + 4 <= size; i += 4) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
      to += 16
      from += 16
    }
    for (; i < size; i++) {
      store<f32>(to, load<f32>(to) + load<f32>(from))
      to += 4
      from += 4
    }
  }
}

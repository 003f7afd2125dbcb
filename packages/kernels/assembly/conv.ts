// Convolution, forward: the patches of the image times the filter, group by group.
import { gemmScratch, multiply } from './gemm'
import { PATCHES, PLAIN } from './pack'
import { setImage, setWindows } from './patches'

export function convScratch(kh: i32, kw: i32, channels: i32, out: i32, groups: i32): i32 {
  return gemmScratch(out / groups, kh * kw * (channels / groups))
}

/** Windows `i0` to `i1` and, in each group, channels `j0` to `j1` of the output. */
export function conv(
  x: usize, filter: usize, bias: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32,
  out: i32, outHeight: i32, outWidth: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32,
  i0: i32, i1: i32, j0: i32, j1: i32, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  // A filter of one cell that visits every pixel sees the image as the matrix that it is.
  const pointwise = kh == 1 && kw == 1 && sh == 1 && sw == 1 && top == 0 && left == 0
    && outHeight == height && outWidth == width
  setWindows(kw, outHeight, outWidth, sh, sw, top, left, dh, dw)
  for (let g = 0; g < groups; g++) {
    const from = x + (<usize>(g * groupIn) << 2)
    const column = <usize>(g * groupOut) << 2
    setImage(from, height, width, channels, groupIn)
    multiply(
      i0, i1, j0, j1, kh * kw * groupIn, pointwise ? PLAIN : PATCHES, from, channels, PLAIN, filter + column, out,
      y + column, out, bias == 0 ? <usize>0 : bias + column, scratch,
    )
  }
}

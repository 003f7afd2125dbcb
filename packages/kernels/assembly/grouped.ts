// Convolution in groups of few channels straight from the picture: matrix products of so few columns would spend their
// time on packing.
import { groupedFilterGroup } from './grouped-filter'
import { multiplyLines, setPlanes } from './grouped-lines'
import { bandOf, bundleOf, packPlanes, PAST, planePitch } from './grouped-planes'

// @ts-ignore: decorator
@inline
function columnsOf(kw: i32, across: i32, sw: i32, dw: i32): i32 {
  return across + (kw - 1) * dw / sw
}

/** Floats of scratch memory; the arguments are those of the convolution. */
export function groupedScratch(
  height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32, down: i32, across: i32, sh: i32, sw: i32,
  top: i32, left: i32, dh: i32, dw: i32, groups: i32,
): i32 {
  const groupIn = channels / groups
  const bundle = bundleOf(groupIn, out / groups, groups)
  const row = sw * groupIn * planePitch(columnsOf(kw, across, sw, dw))
  const lines = bandOf(4 * row * sh, 4 * sh * width * bundle * groupIn)
  return 2 * kh * kw + ((lines - 1) * sh + (kh - 1) * dh + 1) * row + PAST
}

/** Lines `l0` to `l1` of windows, counted through all images, by a packed filter. */
export function grouped(
  x: usize, filter: usize, bias: usize, y: usize, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32,
  down: i32, across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, l0: i32, l1: i32,
  scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const columns = columnsOf(kw, across, sw, dw)
  const plane = <usize>planePitch(columns) << 2
  const phase = plane * groupIn
  const row = phase * sw
  const bundle = bundleOf(groupIn, groupOut, groups)
  const most = bandOf(<i32>row * sh, 4 * sh * width * bundle * groupIn)
  const planes = scratch + (<usize>(kh * kw) << 3)
  for (let tap = 0; tap < kh * kw; tap++) {
    const ky = tap / kw
    const x = (tap - ky * kw) * dw
    const cell = scratch + (<usize>tap << 3)
    store<usize>(cell, row * (ky * dh) + phase * (x % sw) + (<usize>(x / sw) << 2))
    store<usize>(cell, <usize>(tap * groupIn) << 4, 4)
  }
  const group = groupedFilterGroup(kh * kw, groupIn, groupOut)
  const panel = <usize>(kh * kw * groupIn) << 4
  const pixel = <usize>out << 2
  setPlanes(planes, plane, groupIn, row, sh, height)
  for (let g0 = 0; g0 < groups; g0 += bundle) {
    for (let first = l0; first < l1;) {
      const n = first / down
      const line = first - n * down
      const lines = min(most, min(l1 - first, down - line))
      for (let g = g0; g < min(groups, g0 + bundle); g++) {
        packPlanes(
          planes, x + (<usize>(n * height * width * channels + g * groupIn) << 2), <usize>channels << 2, height, width,
          groupIn, line * sh - top, (lines - 1) * sh + (kh - 1) * dh + 1, sw, left, columns, kw, dw,
        )
        const at = <usize>(g * groupOut) << 2
        multiplyLines(
          scratch, kh, kw, line * sh - top, dh, lines, across, filter + group * g, panel,
          bias == 0 ? <usize>0 : bias + at, groupOut, y + pixel * (first * across) + at, pixel, pixel * across,
        )
      }
      first += lines
    }
  }
}

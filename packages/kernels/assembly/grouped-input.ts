// The gradient of the input of a convolution in groups. The pixels whose place is the same up to a multiple of the
// steps make up a phase: its gradient is the convolution of dy, with steps of one, by those cells of the filter that
// meet it.
import { groupedFilterGroup } from './grouped-filter'
import { multiplyLines, setPlanes } from './grouped-lines'
import { bandOf, bundleOf, ceilDivide, packPlanes, PAST, planePitch } from './grouped-planes'

// @ts-ignore: decorator
@inline
function columnsOf(kw: i32, width: i32, sw: i32, left: i32, dw: i32): i32 {
  return ceilDivide(width, sw) + ceilDivide(left, sw) - ceilDivide(left - (kw - 1) * dw, sw)
}

/** Floats of scratch memory; the arguments are those of the convolution. */
export function groupedInputScratch(
  height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32, down: i32, across: i32, sh: i32, sw: i32,
  top: i32, left: i32, dh: i32, dw: i32, groups: i32,
): i32 {
  const groupOut = out / groups
  const bundle = bundleOf(channels / groups, groupOut, groups)
  const row = groupOut * planePitch(columnsOf(kw, width, sw, left, dw))
  const lines = bandOf(4 * row, 4 * across * bundle * groupOut)
  const rows = lines + ceilDivide(top, sh) - ceilDivide(top - (kh - 1) * dh, sh)
  return 2 * kh * kw + rows * row + PAST
}

/** Lines `l0` to `l1`, each of `sh` rows of dx, counted through all images, by a turned and packed filter. */
export function groupedInputGradient(
  dy: usize, filter: usize, dx: usize, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32, down: i32,
  across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, l0: i32, l1: i32, scratch: usize,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  const perImage = ceilDivide(height, sh)
  // Rows and columns of dy, from that of a line or pixel on, that its cells meet.
  const up = ceilDivide(top - (kh - 1) * dh, sh)
  const back = ceilDivide(left - (kw - 1) * dw, sw)
  const reach = ceilDivide(top, sh) - up
  const columns = columnsOf(kw, width, sw, left, dw)
  const plane = <usize>planePitch(columns) << 2
  const row = plane * groupOut
  const bundle = bundleOf(groupIn, groupOut, groups)
  const most = bandOf(<i32>row, 4 * across * bundle * groupOut)
  const planes = scratch + (<usize>(kh * kw) << 3)
  const group = groupedFilterGroup(kh * kw, groupOut, groupIn)
  const panel = <usize>(kh * kw * groupOut) << 4
  const pixel = <usize>channels << 2
  const rowsApart = dh / divisor(dh, sh)
  setPlanes(planes, plane, groupOut, row, 1, down)
  for (let g0 = 0; g0 < groups; g0 += bundle) {
    for (let first = l0; first < l1;) {
      const n = first / perImage
      const line = first - n * perImage
      const lines = min(most, min(l1 - first, perImage - line))
      for (let g = g0; g < min(groups, g0 + bundle); g++) {
        packPlanes(
          planes, dy + (<usize>(n * down * across * out + g * groupOut) << 2), <usize>out << 2, down, across, groupOut,
          line + up, lines + reach, 1, -back, columns, 1, 1,
        )
        const to = dx + (<usize>(g * groupIn) << 2)
        for (let py = 0; py < sh; py++) {
          const rows = min(lines, ceilDivide(height - py, sh) - line)
          for (let px = 0; px < sw; px++) {
            const cellRows = listCells(scratch, kh, kw, top + py, left + px, sh, sw, dh, dw, up, back, row, groupOut)
            multiplyLines(
              scratch, cellRows, cellsAcross, line + firstRow, rowsApart, rows, ceilDivide(width - px, sw),
              filter + group * g, panel, 0, groupIn,
              to + pixel * ((n * height + line * sh + py) * width + px), pixel * sw, pixel * (width * sh),
            )
          }
        }
      }
      first += lines
    }
  }
}

/** Of the last list: how many cells a row has, and where in dy the first row lies, from a line on. */
let cellsAcross: i32 = 0
let firstRow: i32 = 0

/** Lists the cells that meet a phase, from the top down, and returns the number of rows. */
function listCells(
  cell: usize, kh: i32, kw: i32, y: i32, x: i32, sh: i32, sw: i32, dh: i32, dw: i32, up: i32, back: i32, row: usize,
  groupOut: i32,
): i32 {
  let rows = 0
  cellsAcross = 0
  for (let ky = kh - 1; ky >= 0; ky--) {
    const down = y - ky * dh
    if (down % sh != 0) continue
    if (rows++ == 0) firstRow = down / sh
    cellsAcross = 0
    for (let kx = kw - 1; kx >= 0; kx--) {
      const across = x - kx * dw
      if (across % sw != 0) continue
      cellsAcross++
      store<usize>(cell, row * (down / sh - up) + (<usize>(across / sw - back) << 2))
      store<usize>(cell, <usize>((ky * kw + kx) * groupOut) << 4, 4)
      cell += 8
    }
  }
  return rows
}

function divisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

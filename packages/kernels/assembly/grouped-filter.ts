// Filters of groups g0 to g1 as the direct kernels read them.

/**
 * to[group][four columns][cell][row][column of four], where a row is a channel of the input and a column one of the
 * output, or the other way round for the gradient of the input (`turned`). Missing columns are zeros.
 */
export function packGroupedFilter(
  filter: usize, to: usize, cells: i32, groupIn: i32, groupOut: i32, groups: i32, turned: i32, g0: i32, g1: i32,
): void {
  const columns = turned ? groupIn : groupOut
  const rows = turned ? groupOut : groupIn
  const out = <usize>(groups * groupOut) << 2
  const column: usize = turned ? out : 4
  const row: usize = turned ? 4 : out
  to += groupedFilterGroup(cells, rows, columns) * g0
  for (let g = g0; g < g1; g++) {
    const group = filter + (<usize>(g * groupOut) << 2)
    for (let first = 0; first < columns; first += 4) {
      for (let cell = 0; cell < cells; cell++) {
        const from = group + out * (cell * groupIn) + column * first
        for (let r = 0; r < rows; r++) {
          if (!turned && first + 4 <= columns) v128.store(to, v128.load(from + row * r))
          else {
            for (let c = 0; c < 4; c++) {
              store<f32>(to + (<usize>c << 2), first + c < columns ? load<f32>(from + row * r + column * c) : <f32>0)
            }
          }
          to += 16
        }
      }
    }
  }
}

/** Bytes of a group's packed filter. */
// @ts-ignore: decorator
@inline
export function groupedFilterGroup(cells: i32, rows: i32, columns: i32): usize {
  return <usize>((columns + 3) / 4 * cells * rows) << 4
}

/** Floats of a packed filter. */
export function groupedFilterSize(cells: i32, rows: i32, columns: i32, groups: i32): i32 {
  return <i32>(groupedFilterGroup(cells, rows, columns) >> 2) * groups
}

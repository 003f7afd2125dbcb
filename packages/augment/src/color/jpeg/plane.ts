/** One component of a picture, padded to whole blocks of 8×8: [rows, columns], both multiples of 8. */
export interface Plane {
  readonly data: Uint8Array
  readonly columns: number
  readonly rows: number
}

/** The next multiple of 8. */
export function wholeBlocks(length: number): number {
  return (length + 7) & ~7
}

/** Fills what is right of `width` and below `height` with the last pixels. */
export function padPlane({ data, columns, rows }: Plane, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * columns
    data.fill(data[start + width - 1] as number, start + width, start + columns)
  }
  for (let y = height; y < rows; y++) data.copyWithin(y * columns, (height - 1) * columns, height * columns)
}

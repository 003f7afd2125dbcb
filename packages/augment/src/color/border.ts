/** The index that a border mirrors to: … 2 1 0 1 2 …, without doubling the last pixel, as OpenCV's BORDER_REFLECT_101. */
export function mirrored(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const place = ((index % period) + period) % period
  return place < length ? place : period - place
}

/**
 * Copies a row of pixels with mirrored ones on both sides.
 *
 * @param line - [margin + width + margin, channels]
 */
export function mirrorRow(
  row: Uint8Array | Float32Array,
  channels: number,
  margin: number,
  line: Uint8Array | Uint16Array | Float64Array,
): void {
  const width = row.length / channels
  const start = margin * channels
  line.set(row, start)
  for (let x = 1; x <= margin; x++) {
    const left = mirrored(-x, width) * channels
    const right = mirrored(width - 1 + x, width) * channels
    for (let c = 0; c < channels; c++) {
      line[start - x * channels + c] = row[left + c] as number
      line[start + row.length + (x - 1) * channels + c] = row[right + c] as number
    }
  }
}

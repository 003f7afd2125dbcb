import { forwardTransform, inverseTransform } from './cosine-transform.ts'
import type { Plane } from './plane.ts'
import type { QuantizationTable } from './quantization.ts'

/** Replaces a plane by what is left of it when the frequencies of its blocks are rounded to multiples of a table. */
export function compressPlane({ data, columns, rows }: Plane, table: QuantizationTable): void {
  const block = new Int32Array(64)
  const steps = Int32Array.from(table)
  // Frequencies are 8 times as large before they are divided.
  const inverses = Float64Array.from(table, (step) => 1 / (8 * step))
  for (let top = 0; top < rows; top += 8) {
    for (let left = 0; left < columns; left += 8) {
      const start = top * columns + left
      readBlock(data, start, columns, block)
      forwardTransform(block)
      quantize(block, steps, inverses)
      inverseTransform(block)
      writeBlock(data, start, columns, block)
    }
  }
}

function readBlock(data: Uint8Array, start: number, columns: number, block: Int32Array): void {
  let at = start
  for (let row = 0; row < 64; row += 8) {
    for (let i = 0; i < 8; i++) block[row + i] = (data[at + i] as number) - 128
    at += columns
  }
}

function writeBlock(data: Uint8Array, start: number, columns: number, block: Int32Array): void {
  let at = start
  for (let row = 0; row < 64; row += 8) {
    for (let i = 0; i < 8; i++) data[at + i] = Math.max(0, Math.min(255, (block[row + i] as number) + 128))
    at += columns
  }
}

/** Rounds each frequency to the nearest multiple of its step; halves go away from 0. */
function quantize(block: Int32Array, steps: Int32Array, inverses: Float64Array): void {
  for (let i = 0; i < 64; i++) {
    const value = block[i] as number
    const step = steps[i] as number
    const magnitude = (value < 0 ? -value : value) + 4 * step
    // The half more keeps a quotient that is a whole number from falling below it.
    const multiple = magnitude < 8 * step ? 0 : (((magnitude + 0.5) * (inverses[i] as number)) | 0) * step
    block[i] = value < 0 ? -multiple : multiple
  }
}

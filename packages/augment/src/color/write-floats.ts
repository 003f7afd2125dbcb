/** The float32 that each byte of a channel becomes, as bits: [256]. */
export type FloatTable = Int32Array

/** A table of what a function makes of each byte. */
export function floatTable(change: (value: number) => number): FloatTable {
  return new Int32Array(Float32Array.from({ length: 256 }, (_, value) => change(value)).buffer)
}

/**
 * Writes for each byte what its channel's table has. Bits are copied, for V8 would convert each float32 to float64 and
 * back.
 *
 * @param data - [pixels, channels]
 * @param tables - one per channel
 * @param out - as many values as `data` has
 */
export function writeFloats(data: Uint8Array, tables: readonly FloatTable[], out: Float32Array): void {
  const bits = new Int32Array(out.buffer, out.byteOffset, out.length)
  const channels = tables.length
  tables.forEach((table, channel) => {
    for (let i = channel; i < data.length; i += channels) bits[i] = table[data[i] as number] as number
  })
}

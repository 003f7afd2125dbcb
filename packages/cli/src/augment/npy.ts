/**
 * Writes float32 values as an `.npy` file of version 1.0, little-endian, rows first, which `numpy.load` reads.
 *
 * @param data - as many values as the product of the shape
 * @param shape - of the array: [height, width, channels]
 * @returns the bytes of the file
 */
export function encodeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sides}), }`
  const start = 10 // magic, version and the length of the header
  // The values begin at a multiple of 64 bytes, the header ends with a line break.
  const length = Math.ceil((start + dictionary.length + 1) / 64) * 64
  const header = `${dictionary.padEnd(length - start - 1)}\n`
  const bytes = new Uint8Array(length + 4 * data.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0])
  view.setUint16(8, header.length, true)
  bytes.set(new TextEncoder().encode(header), start)
  data.forEach((value, i) => {
    view.setFloat32(length + 4 * i, value, true)
  })
  return bytes
}

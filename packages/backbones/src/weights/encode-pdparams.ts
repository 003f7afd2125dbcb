import type { ArrayRecord, StateDict } from '@clas/core'
import { concatenate } from './concatenate.ts'

/**
 * Writes arrays as a `.pdparams` file: what `paddle.load` of PaddlePaddle 2 and 3 reads as a state dict, and `paddle.save`
 * writes with pickle's protocol 4. A file may have more than 2³¹ bytes where the engine's typed arrays may.
 *
 * @param arrays - by key; float32, int32 or uint8
 * @returns the whole file
 * @example
 * ```ts
 * import { encodePdparams } from '@clas/backbones/weights'
 * const bytes = encodePdparams({ 'fc.bias': { shape: [2], data: new Float32Array([1, 2]) } })
 * console.log(bytes.length)
 * ```
 */
export function encodePdparams(arrays: StateDict): Uint8Array {
  const parts = [pickle(0x80, 4, '}(')]
  for (const [key, { shape, data }] of Object.entries(arrays)) {
    const { buffer, byteOffset, byteLength } = data
    parts.push(text(key), ARRAY, pickle('('), ...shape.map(integer), pickle('t'), typeOf(data), pickle(0x89)) // C order
    parts.push(pickle(0x8e), uint64(byteLength), new Uint8Array(buffer, byteOffset, byteLength), pickle('tb'))
  }
  return concatenate([...parts, pickle('u.')])
}

/** A pickle's opcodes: letters, or bytes where they have none. */
function pickle(...codes: readonly (string | number)[]): Uint8Array {
  return Uint8Array.from(codes.flatMap((code) => (typeof code === 'string' ? [...UTF_8.encode(code)] : [code])))
}

const UTF_8 = new TextEncoder()

/** numpy.ndarray with nothing in it, and the first of the facts that it is given: their version, 1. */
const ARRAY = pickle('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK', 0, 0x85, 'C', 1, 'b', 0x87, 'R(K', 1)

function typeOf(data: ArrayRecord['data']): Uint8Array {
  const [name, order] =
    data instanceof Float32Array ? ['f4', '<'] : data instanceof Int32Array ? ['i4', '<'] : ['u1', '|']
  const type = [pickle('cnumpy\ndtype\n'), text(name), pickle(0x89, 0x88, 0x87, 'R')]
  // Version 3, the byte order, and for types with fields what these have none of: names, sizes of -1, flags of 0.
  return concatenate([
    ...type,
    pickle('(K', 3),
    text(order),
    pickle('NNNJ', 255, 255, 255, 255, 'J', 255, 255, 255, 255, 'K', 0, 'tb'),
  ])
}

function text(value: string): Uint8Array {
  const bytes = UTF_8.encode(value)
  return concatenate([pickle(0x8d), uint64(bytes.length), bytes])
}

function integer(value: number): Uint8Array {
  return concatenate([pickle(0x8a, 8), uint64(value)])
}

/** Low byte first. */
function uint64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)
}

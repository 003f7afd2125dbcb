import * as zlib from 'node:zlib'
import { ClasError } from '@clas/core'
import { unpackSnappy } from './snappy.ts'
import { Malformed } from './thrift.ts'

// A page has about 1 MB, or one picture that is larger.
const MOST_BYTES = 2 ** 28

type Unzip = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

/**
 * Unpacks a page. No more memory is taken than it is said to need, and that only as bytes come.
 *
 * @param codec - Parquet's number
 * @param length - that the result must have
 * @throws {@link Malformed} where it can't be; `backend-unavailable` for a packing that this Node doesn't know
 */
export function unpackPage(bytes: Uint8Array, codec: number, length: number): Uint8Array {
  if (length > MOST_BYTES) throw new Malformed(`a page claims ${length} bytes; at most ${MOST_BYTES} are read`, 0)
  const unpacked = codec === 0 ? bytes : codec === 1 ? unpackSnappy(bytes, length) : unzipped(bytes, codec, length)
  if (unpacked.length === length) return unpacked
  throw new Malformed(`a page has ${unpacked.length} bytes instead of ${length}`, 0)
}

function unzipped(bytes: Uint8Array, codec: number, length: number): Uint8Array {
  const unzip = unzipOf(codec)
  try {
    return unzip(bytes, { maxOutputLength: Math.max(1, length) })
  } catch (error) {
    throw new Malformed(`a page can't be unpacked: ${error instanceof Error ? error.message : String(error)}`, 0)
  }
}

function unzipOf(codec: number): Unzip {
  if (codec === 2) return zlib.gunzipSync
  if (codec === 4) return zlib.brotliDecompressSync
  const zstd: unknown = codec === 6 ? Reflect.get(zlib, 'zstdDecompressSync') : undefined // of Node 22.15 and later
  if (typeof zstd === 'function') return zstd as Unzip
  const name = { 3: 'LZO', 5: 'LZ4', 6: 'Zstandard', 7: 'LZ4' }[codec] ?? `packing ${codec}`
  throw new ClasError(
    'backend-unavailable',
    `a Parquet file packed by ${name} can't be read here${codec === 6 ? ' before Node 22.15' : ''}; ` +
      'write it with Snappy, gzip, Brotli or Zstandard',
    { codec },
  )
}

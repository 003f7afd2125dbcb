import type { ImageDecoder } from '../image-decoder.ts'
import { emscriptenDecode } from './emscripten.ts'

/** Decodes AVIF by libavif as WebAssembly. */
export async function avifDecoder(): Promise<ImageDecoder> {
  const decode = await emscriptenDecode(
    () => import('@jsquash/avif/decode.js'),
    '@jsquash/avif/codec/dec/avif_dec.wasm',
  )
  return { format: 'avif', library: '@jsquash/avif', decode: (bytes, info) => decode(bytes, info) }
}

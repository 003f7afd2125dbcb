import { firstFrame, placeOnCanvas } from '../formats/webp-first-frame.ts'
import type { ImageDecoder } from '../image-decoder.ts'
import { emscriptenDecode } from './emscripten.ts'

/** Decodes WebP by libwebp as WebAssembly; of an animation, the first frame. */
export async function webpDecoder(): Promise<ImageDecoder> {
  const decode = await emscriptenDecode(
    () => import('@jsquash/webp/decode.js'),
    '@jsquash/webp/codec/dec/webp_dec.wasm',
  )
  return {
    format: 'webp',
    library: '@jsquash/webp',
    async decode(bytes, info) {
      const frame = firstFrame(bytes)
      if (!frame) return decode(bytes, info)
      return placeOnCanvas(await decode(frame.bytes, info), frame, info)
    },
  }
}

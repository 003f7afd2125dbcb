import { concatenate, damage } from '../bounded-view.ts'
import type { Inflate } from '../formats/inflate.ts'

/** Unpacks by the browser's own decompression, and stops where there is more than allowed. */
export const streamInflate: Inflate = async (bytes, limit) => {
  const packed = new Blob([bytes.slice()]).stream()
  const reader = packed.pipeThrough(new DecompressionStream('deflate')).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value)
    length += part.value.length
    if (length > limit) {
      await reader.cancel()
      damage(`at most ${limit} unpacked bytes`, 'more')
    }
  }
  return concatenate(parts)
}

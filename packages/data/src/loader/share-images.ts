import type { Image } from '@clas/augment'

/** Copies pictures into memory that threads share, so that each of many threads can be told of all of them. */
export function shareImages(images: readonly Image[]): Image[] {
  const bytes = images.reduce((sum, { data }) => sum + aligned(data.byteLength), 0)
  const memory = new SharedArrayBuffer(bytes)
  let offset = 0
  return images.map((image) => {
    const { data } = image
    const shared =
      data instanceof Float32Array
        ? new Float32Array(memory, offset, data.length)
        : new Uint8Array(memory, offset, data.length)
    shared.set(data)
    offset += aligned(data.byteLength)
    return { ...image, data: shared }
  })
}

/** A float32 begins at a multiple of four bytes. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

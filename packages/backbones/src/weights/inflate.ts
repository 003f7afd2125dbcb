import type { Place } from './weight-file.ts'

/**
 * Unpacks raw deflate data (RFC 1951) of a known size.
 *
 * @param packed - the deflated bytes
 * @param size - of the result, in bytes; the caller has seen that it is likely
 * @param place - of the data, for messages
 */
export async function inflate(packed: Uint8Array, size: number, place: Place): Promise<Uint8Array> {
  const unpacked = new Uint8Array(size)
  const reader = piecesOf(packed).pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  let end = 0
  for (;;) {
    const { done, value } = await reader
      .read()
      .catch((error: unknown) => place.fail(`it isn't deflate data (${error})`))
    if (done) break
    if (end + value.length > size) {
      await reader.cancel().catch(() => undefined)
      return place.fail(`it unpacks to more than the ${size} bytes that are announced`)
    }
    unpacked.set(value, end)
    end += value.length
  }
  return end === size ? unpacked : place.fail(`it unpacks to ${end} bytes, ${size} are announced`)
}

const PIECE = 1 << 20

/** Piece by piece, so that no copy of the whole is made. */
function piecesOf(bytes: Uint8Array): ReadableStream<BufferSource> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE))
      else controller.close()
      at += PIECE
    },
  })
}

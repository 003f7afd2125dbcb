import { ClasError } from '@clas/core'

/** A file that is read in parts, wherever it is. */
export interface ByteReader extends AsyncDisposable {
  /** What messages call it. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Reads exactly so many bytes. Throws `corrupt-file` where they aren't all inside the file. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** Throws `corrupt-file` unless a part is inside its file, before memory for it is taken. */
export function checkPart(file: string, size: number, offset: number, length: number): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
  if (whole && offset + length <= size) return
  throw new ClasError(
    'corrupt-file',
    `${file}: expected ${length} bytes at byte ${offset}, but the file has ${size}; it is cut off, or another one than before`,
    { file, offset, length, size },
  )
}

/**
 * Reads a file in larger parts than it is asked for, so that reading on from where it is costs little.
 *
 * @param window - the least number of bytes that is read at once
 */
export function windowed(reader: ByteReader, window: number): ByteReader {
  let start = 0
  let bytes: Uint8Array = new Uint8Array(0)
  return {
    name: reader.name,
    size: reader.size,
    async read(offset, length) {
      checkPart(reader.name, reader.size, offset, length)
      if (offset < start || offset + length > start + bytes.length) {
        bytes = await reader.read(offset, Math.min(Math.max(window, length), reader.size - offset))
        start = offset
      }
      return bytes.subarray(offset - start, offset - start + length)
    },
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  }
}

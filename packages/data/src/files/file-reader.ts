import { open } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import { type ByteReader, checkPart } from './byte-reader.ts'

/**
 * Opens a file that is read in parts.
 *
 * @throws `io` when it can't be read
 */
export async function fileReader(path: string): Promise<ByteReader> {
  const handle = await open(path).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new Error('it is no file')
    const { size } = found
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      checkPart(path, size, offset, length)
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done)
        if (bytesRead === 0) checkPart(path, offset + done, offset, length) // it has become shorter
        done += bytesRead
      }
      return bytes
    }
    return { name: path, size, read, [Symbol.asyncDispose]: () => handle.close() }
  } catch (cause) {
    await handle.close()
    throw ioError(path, cause)
  }
}

/** `io`, with what the file system said. */
export function ioError(path: string, cause: unknown): ClasError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ClasError('io', `${path} can't be read: ${reason}`, { file: path, reason }, { cause })
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

const CHUNK = 1 << 26

/** Reads a whole file, one of more than 2 GB too, and its SHA-256 with it. */
export async function readWhole(path: string): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const bytes = new Uint8Array(size)
    const hash = createHash('sha256')
    let at = 0
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK, size - at), at)
      if (bytesRead === 0) break
      hash.update(bytes.subarray(at, at + bytesRead))
      at += bytesRead
    }
    return { bytes: bytes.subarray(0, at), sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

/** The SHA-256 of a file, which is never whole in memory. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

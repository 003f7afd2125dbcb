import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { isClasError } from '@clas/core'
import { checkPart } from '../files/byte-reader.ts'
import { ioError } from '../files/file-reader.ts'
import { readItemBytes } from '../sources/read-item.ts'
import type { FileItem, ParquetItem, UrlItem } from '../sources/source.ts'

/** Files that a thread keeps open to read parts of, such as shards. */
const OPEN_AT_MOST = 16

const open = new Map<string, number>()

/**
 * Reads the bytes of a picture's file, undecoded. Files are read on the spot: the way through Node's own threads takes
 * several times as long for a file that the system has in memory.
 *
 * @throws `io` when the file can't be read, `corrupt-file` when it is shorter than the item says
 */
export function readBytes(item: FileItem | UrlItem | ParquetItem): Uint8Array | Promise<Uint8Array> {
  if (item.kind !== 'file') return readItemBytes(item)
  const { path, offset = 0, length } = item
  try {
    return offset === 0 && length === undefined ? readFileSync(path) : readPart(path, offset, length)
  } catch (cause) {
    throw isClasError(cause) ? cause : ioError(path, cause)
  }
}

function readPart(path: string, offset: number, length?: number): Uint8Array {
  const file = openFile(path)
  const { size } = fstatSync(file)
  const bytes = new Uint8Array(checkedLength(path, size, offset, length ?? size - offset))
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file, bytes, done, bytes.length - done, offset + done)
    if (count === 0) checkPart(path, offset + done, offset, bytes.length) // it has become shorter
    done += count
  }
  return bytes
}

function checkedLength(path: string, size: number, offset: number, length: number): number {
  checkPart(path, size, offset, length)
  return length
}

/** The one that was opened first is closed for one too many. */
function openFile(path: string): number {
  const known = open.get(path)
  if (known !== undefined) return known
  const [oldest] = open
  if (oldest && open.size >= OPEN_AT_MOST) {
    open.delete(oldest[0])
    closeSync(oldest[1])
  }
  const file = openSync(path, 'r')
  open.set(path, file)
  return file
}

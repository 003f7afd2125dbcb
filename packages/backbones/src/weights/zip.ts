import { inflate } from './inflate.ts'
import { Place, type WeightFile } from './weight-file.ts'

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string
  /** Where its data begins in the archive, in bytes. */
  readonly start: number
  /** Of its data in the archive, in bytes. */
  readonly packed: number
  /** In bytes. */
  readonly size: number
  readonly deflated: boolean
}

/** Deflate makes at most 1032 bytes of one. */
const LARGEST_RATIO = 1032

/**
 * Lists a zip archive (PKWARE APPNOTE 6.3), zip64 too. Entries are stored or deflated and don't overlap, so what they
 * unpack to is at most 1032 times the archive. Checksums are not compared: PyTorch may leave them out.
 */
export function listZip(file: WeightFile): ReadonlyMap<string, ZipEntry> {
  const { start, end, count } = findDirectory(file)
  const entries = new Map<string, ZipEntry>()
  let at = start
  for (let i = 0; i < count; i++) {
    file.need(at, 46, 'an entry of the archive')
    if (file.view.getUint32(at, true) !== 0x02014b50) file.corrupt(at, 'expected an entry of the archive')
    const entry = readHeader(file, at)
    if (entries.has(entry.name)) file.corrupt(at, `'${entry.name}' is in the archive a second time`)
    entries.set(entry.name, entry)
    at +=
      46 + file.view.getUint16(at + 28, true) + file.view.getUint16(at + 30, true) + file.view.getUint16(at + 32, true)
  }
  if (at > end) file.corrupt(end, `the archive's list of files ends, its entries at byte ${at}`)
  let last = 0
  for (const { name, start, packed } of [...entries.values()].sort(
    (a, b) => a.start - b.start || a.packed - b.packed,
  )) {
    if (start < last) file.corrupt(start, `'${name}' overlaps another file of the archive`)
    last = start + packed
  }
  return entries
}

/** The bytes of a file in the archive; where it is stored, a view of the archive. */
export async function readZipEntry(file: WeightFile, entry: ZipEntry): Promise<Uint8Array> {
  const packed = file.bytes.subarray(entry.start, entry.start + entry.packed)
  if (!entry.deflated) return packed
  const bytes = await inflate(packed, entry.size, new Place(file, entry.start, `in '${entry.name}', `))
  file.unpacked(bytes.length)
  return bytes
}

/** Where the list of files is. */
function findDirectory(file: WeightFile): { start: number; end: number; count: number } {
  const { view, bytes } = file
  let at = bytes.length - 22
  while (at >= 0 && at > bytes.length - 22 - 65_536 && view.getUint32(at, true) !== 0x06054b50) at--
  if (at < 0 || view.getUint32(at, true) !== 0x06054b50) {
    file.corrupt(bytes.length, 'the end of the archive is missing; the file was cut off: take a whole copy')
  }
  let count = view.getUint16(at + 10, true)
  let size = view.getUint32(at + 12, true)
  let start = view.getUint32(at + 16, true)
  if (at >= 20 && view.getUint32(at - 20, true) === 0x07064b50) {
    const record = readUint64(file, at - 12)
    file.need(record, 56, 'the end of the archive')
    if (view.getUint32(record, true) !== 0x06064b50) file.corrupt(record, 'expected the end of an archive of zip64')
    count = readUint64(file, record + 32)
    size = readUint64(file, record + 40)
    start = readUint64(file, record + 48)
  }
  file.need(start, size, "the archive's list of files")
  return { start, end: start + size, count }
}

function readHeader(file: WeightFile, at: number): ZipEntry {
  const { view } = file
  const nameLength = view.getUint16(at + 28, true)
  const extraLength = view.getUint16(at + 30, true)
  file.need(at + 46, nameLength + extraLength, 'an entry of the archive')
  const name = file.text(at + 46, at + 46 + nameLength)
  const method = view.getUint16(at + 10, true)
  if (view.getUint16(at + 8, true) & 1) file.corrupt(at, `'${name}' is encrypted`)
  if (method !== 0 && method !== 8) {
    file.corrupt(at, `'${name}' is packed by method ${method}; 0 (stored) and 8 (deflated) are read`)
  }
  const large = largeSizes(file, at + 46 + nameLength, extraLength)
  const [size, packed, local] = [24, 20, 42].map((field) => {
    const value = view.getUint32(at + field, true)
    return value === 0xffffffff ? (large.shift() ?? value) : value
  }) as [number, number, number]
  file.need(local, 30, `the header of '${name}'`)
  if (view.getUint32(local, true) !== 0x04034b50) file.corrupt(local, `expected the header of '${name}'`)
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  file.need(start, packed, `'${name}'`)
  const most = method === 0 ? packed : packed * LARGEST_RATIO
  if (size > most || (method === 0 && size !== packed)) {
    file.corrupt(
      at,
      `'${name}' is said to have ${size} bytes, but its ${packed} bytes in the archive give at most ${most}`,
    )
  }
  return { name, start, packed, size, deflated: method === 8 }
}

/** Numbers of 64 bits in an entry's extra fields, of those whose 32 bits are all set. */
function largeSizes(file: WeightFile, from: number, length: number): number[] {
  for (let at = from; at + 4 <= from + length; at += 4 + file.view.getUint16(at + 2, true)) {
    if (file.view.getUint16(at, true) !== 1) continue
    const size = file.view.getUint16(at + 2, true)
    if (at + 4 + size > from + length) file.corrupt(at, 'a field of the archive is longer than its entry')
    return Array.from({ length: Math.floor(size / 8) }, (_, i) => readUint64(file, at + 4 + 8 * i))
  }
  return []
}

function readUint64(file: WeightFile, at: number): number {
  return Number(file.view.getBigUint64(at, true))
}

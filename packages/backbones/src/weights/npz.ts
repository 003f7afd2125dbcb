import type { ArrayRecord, StateDict } from '@clas/core'
import { decodeArray, fortranOrder, isSizes } from './decode-array.ts'
import { numpyType } from './numpy-types.ts'
import { Place, WeightFile } from './weight-file.ts'
import { readZipEntry, type ZipEntry } from './zip.ts'

/** Reads the arrays of an archive of NumPy's `savez` or `savez_compressed`, one at a time. */
export async function decodeNpz(file: WeightFile, entries: ReadonlyMap<string, ZipEntry>): Promise<StateDict> {
  const arrays: [string, ArrayRecord][] = []
  for (const entry of entries.values()) {
    if (!entry.name.endsWith('.npy')) continue
    const npy = new WeightFile(await readZipEntry(file, entry), `${file.name}/${entry.name}`, file)
    arrays.push([entry.name.slice(0, -'.npy'.length), decodeNpy(npy)])
  }
  return Object.fromEntries(arrays)
}

/** The header of the format, whose Python literal has these three entries, in any order. */
const DESCRIPTION = /'descr'\s*:\s*'([^']*)'/
const FORTRAN_ORDER = /'fortran_order'\s*:\s*(True|False)/
const SHAPE = /'shape'\s*:\s*\(([\d\s,]*)\)/

/** Reads an array in NumPy's format, versions 1 to 3: a magic number, a header's length, the header, the elements. */
function decodeNpy(file: WeightFile): ArrayRecord {
  file.need(0, 12, 'the header')
  if (MAGIC.some((byte, i) => file.bytes[i] !== byte)) file.corrupt(0, "expected NumPy's magic number")
  const version = file.bytes[6] as number
  if (version < 1 || version > 3) file.corrupt(6, `found version ${version} of the format; 1 to 3 are read`)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? file.view.getUint16(8, true) : file.view.getUint32(8, true)
  file.need(start, length, 'the header')
  const header = file.text(start, start + Math.min(length, LONGEST_HEADER))
  const [, description] = DESCRIPTION.exec(header) ?? []
  const [, fortran] = FORTRAN_ORDER.exec(header) ?? []
  const [, sizes] = SHAPE.exec(header) ?? []
  if (description === undefined || fortran === undefined || sizes === undefined) {
    return file.corrupt(start, `the header lacks descr, fortran_order or shape: ${header.slice(0, 100)}`)
  }
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  if (!isSizes(shape)) return file.corrupt(start, `expected whole numbers as shape, found (${sizes})`)
  const place = new Place(file, start)
  const type = numpyType(description, place)
  const strides = fortran === 'True' ? fortranOrder(shape) : undefined
  return decodeArray(place, { type, bytes: file.bytes, start: start + length, shape, ...(strides && { strides }) })
}

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY')]
const LONGEST_HEADER = 65_536

import { describe, expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { bytesFrom, readFixture, replaced } from './fixtures.test-helper.ts'

const stored = readFixture('numpy.npz')
const deflated = readFixture('numpy-compressed.npz')

/** Where the entries of the archive's list of files begin. */
function entriesOf(file: Uint8Array): number[] {
  const view = new DataView(file.buffer)
  return Array.from({ length: file.length - 46 }, (_, at) => at).filter((at) => view.getUint32(at, true) === 0x02014b50)
}

/** A copy in which a number of an entry in the list of files is another. */
function withField(file: Uint8Array, entry: number, field: number, value: number, bits: 16 | 32 = 32): Uint8Array {
  const copy = file.slice()
  const view = new DataView(copy.buffer)
  const at = (entriesOf(copy)[entry] as number) + field
  if (bits === 16) view.setUint16(at, value, true)
  else view.setUint32(at, value, true)
  return copy
}

/** A copy in which the data of the first file begins with another byte. */
function withFirstByte(file: Uint8Array, byte: number): Uint8Array {
  const view = new DataView(file.buffer)
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true)
  return file.map((value, at) => (at === start ? byte : value))
}

const METHOD = 10
const SIZE = 24
const PLACE = 42

describe('an archive that lies is refused', () => {
  test.each([
    ['a size beyond what deflate can give', withField(deflated, 0, SIZE, 0xfffffff0), 'give at most'],
    ['a stored size that is another', withField(stored, 0, SIZE, 1), 'is said to have 1 bytes'],
    ['a size that is too small', withField(deflated, 0, SIZE, 10), 'unpacks to more than the 10 bytes'],
    ['a size that is too large', withField(deflated, 0, SIZE, 1000), 'unpacks to 176 bytes, 1000 are announced'],
    ['a method that is not read', withField(stored, 0, METHOD, 12, 16), 'packed by method 12'],
    ['encryption', withField(stored, 0, 8, 1, 16), 'is encrypted'],
    ['a place beyond the file', withField(stored, 0, PLACE, 0x7fffffff), "the header of 'conv/weight.npy' needs 30"],
    ['a place that is no file', withField(stored, 0, PLACE, 1), "expected the header of 'conv/weight.npy'"],
    ['data that is not deflated', withFirstByte(deflated, 0xff), "it isn't deflate data"],
    ['data that ends early', withField(stored, 0, METHOD, 8, 16), 'unpacks to 6 bytes, 176 are announced'],
  ])('%s', async (_, file, problem) => {
    await expect(decodeWeights(file, 'a.npz')).rejects.toThrow(
      expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining(problem) }),
    )
  })

  test('files that overlap, as in a bomb', async () => {
    const view = new DataView(stored.buffer)
    const place = view.getUint32((entriesOf(stored)[0] as number) + PLACE, true)
    await expect(decodeWeights(withField(stored, 1, PLACE, place), 'a.npz')).rejects.toThrow(
      /is in the archive a second time|overlaps another file|is said to have/,
    )
  })
})

describe('an array that lies is refused', () => {
  const change = (from: string, to: string) => replaced(stored, bytesFrom(from), bytesFrom(to))
  test.each([
    ['high bytes first', change("'<f4'", "'>f4'"), "found the type '>f4'"],
    ['objects', change("'<f4'", "'|O4'"), "found the type '|O4'"],
    ['a shape with too many elements', change('(2, 3, 1, 2)', '(9, 9, 9, 9)'), 'needs 26244 bytes, found 48'],
    ['a shape that is not of numbers', change('(2, 3, 1, 2)', '(2, 3, 1, x)'), 'the header lacks'],
    ['no shape', change("'shape'", "'shave'"), 'the header lacks descr, fortran_order or shape'],
    ['another magic number', change('NUMPY', 'NUMPI'), "expected NumPy's magic number"],
  ])('%s', async (_, file, problem) => {
    await expect(decodeWeights(file, 'a.npz')).rejects.toThrow(
      expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining(problem) }),
    )
  })
})

import { bitsFor, readHybrid, readPlain } from './encodings.ts'
import type { ParquetChunk } from './metadata.ts'
import { Malformed, numberField, readThrift, structField, type ThriftStruct } from './thrift.ts'
import { unpackPage } from './unpack-page.ts'

/** A value of a column; undefined where it is missing. */
export type ParquetValue = Uint8Array | number | undefined

/** The values of a chunk, and where lists begin. */
interface Values {
  /** Whether the value begins a row, else it goes on with a list. */
  readonly begins: boolean[]
  readonly values: ParquetValue[]
}

const DATA = 0
const DICTIONARY = 2
const DATA_2 = 3

/**
 * Reads the pages of a chunk: one value per row, or one list of numbers per row where the leaf is in a list.
 *
 * @param bytes - the chunk alone
 * @param rows - how many there must be
 * @throws {@link Malformed} where the bytes aren't such pages; `backend-unavailable` for a packing that isn't known
 */
export function readChunk(bytes: Uint8Array, chunk: ParquetChunk, rows: number): (ParquetValue | number[])[] {
  const { leaf } = chunk
  if (leaf.repetitions > 1) throw new Malformed(`the column '${leaf.path.join('.')}' has lists in lists`, 0)
  const all: Values = { begins: [], values: [] }
  let dictionary: readonly (Uint8Array | number)[] | undefined
  for (let at = 0; at < bytes.length && all.values.length < chunk.values; ) {
    const { struct: header, end } = readThrift(bytes, at)
    const length = numberField(header, 3, 'the length of a page')
    if (length > bytes.length - end) throw new Malformed(`a page of ${length} bytes goes beyond the end`, at)
    const page = bytes.subarray(end, end + length)
    const type = numberField(header, 1, 'the type of a page')
    if (type === DICTIONARY) dictionary = readDictionary(page, header, chunk)
    else if (type === DATA || type === DATA_2) {
      const { levels, values, count, encoding } =
        type === DATA ? splitPage(page, header, chunk) : splitPage2(page, header, chunk)
      if (count > chunk.values - all.values.length) throw new Malformed(`a page claims ${count} values`, at)
      append(all, { ...levels, values, count, encoding, dictionary }, chunk)
    }
    at = end + length
  }
  if (all.values.length !== chunk.values) {
    throw new Malformed(`there are ${all.values.length} of ${chunk.values} values`, bytes.length)
  }
  const found = leaf.repetitions === 0 ? all.values : listsOf(all)
  if (found.length === rows) return found
  throw new Malformed(`there are ${found.length} of ${rows} rows`, bytes.length)
}

function readDictionary(page: Uint8Array, header: ThriftStruct, { codec, leaf }: ParquetChunk) {
  const count = numberField(structField(header, 7, 'the header of a dictionary'), 1, 'the number of values')
  return readPlain(unpackPage(page, codec, numberField(header, 2, 'the length of a page')), leaf.type, count)
}

interface Page {
  readonly levels: { readonly repetitions: Uint8Array; readonly definitions: Uint8Array }
  /** Behind the levels. */
  readonly values: Uint8Array
  /** Of values, missing ones too. */
  readonly count: number
  readonly encoding: number
}

/** Version 1: all is packed together, and levels begin with their length. */
function splitPage(packed: Uint8Array, header: ThriftStruct, { codec, leaf }: ParquetChunk): Page {
  const facts = structField(header, 5, 'the header of a page')
  const page = unpackPage(packed, codec, numberField(header, 2, 'the length of a page'))
  let at = 0
  const levels = (most: number): Uint8Array => {
    if (most === 0) return page.subarray(at, at)
    if (at + 4 > page.length) throw new Malformed('a page ends in its levels', at)
    const length = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true)
    at += 4
    if (length > page.length - at) throw new Malformed(`${length} bytes of levels go beyond the end`, at)
    at += length
    return page.subarray(at - length, at)
  }
  const repetitions = levels(leaf.repetitions)
  const definitions = levels(leaf.definitions)
  return {
    levels: { repetitions, definitions },
    values: page.subarray(at),
    count: numberField(facts, 1, 'the number of values'),
    encoding: numberField(facts, 2, 'the encoding'),
  }
}

/** Version 2: levels come first and unpacked, and the header has their lengths. */
function splitPage2(page: Uint8Array, header: ThriftStruct, { codec }: ParquetChunk): Page {
  const facts = structField(header, 8, 'the header of a page')
  const definitions = numberField(facts, 5, 'the length of levels')
  const repetitions = numberField(facts, 6, 'the length of levels')
  const levels = definitions + repetitions
  const length = numberField(header, 2, 'the length of a page') - levels
  if (levels > page.length || length < 0) throw new Malformed(`${levels} bytes of levels go beyond the end`, 0)
  const values = page.subarray(levels)
  return {
    levels: { repetitions: page.subarray(0, repetitions), definitions: page.subarray(repetitions, levels) },
    values: facts.get(7) === false ? values : unpackPage(values, codec, length),
    count: numberField(facts, 1, 'the number of values'),
    encoding: numberField(facts, 4, 'the encoding'),
  }
}

interface PageContent {
  readonly repetitions: Uint8Array
  readonly definitions: Uint8Array
  readonly values: Uint8Array
  readonly count: number
  readonly encoding: number
  readonly dictionary: readonly (Uint8Array | number)[] | undefined
}

function append(all: Values, page: PageContent, { leaf }: ParquetChunk): void {
  const { count } = page
  const repetitions = readHybrid(page.repetitions, bitsFor(leaf.repetitions), count)
  const definitions = readHybrid(page.definitions, bitsFor(leaf.definitions), count)
  let present = 0
  for (const level of definitions) if (level === leaf.definitions) present++
  const values = readValues(page, leaf.type, present)
  for (let i = 0, next = 0; i < count; i++) {
    all.begins.push(repetitions[i] === 0)
    all.values.push(definitions[i] === leaf.definitions ? values[next++] : undefined)
  }
}

function readValues({ values, encoding, dictionary }: PageContent, type: number, count: number): ParquetValue[] {
  if (count === 0) return []
  if (encoding === 0) return readPlain(values, type, count)
  if (encoding === 3 && type === 0) return [...readHybrid(values.subarray(4), 1, count)] // behind the length
  if (encoding !== 2 && encoding !== 8) {
    throw new Malformed(`values are written by the encoding ${encoding}; plain ones and dictionaries are read`, 0)
  }
  if (!dictionary) throw new Malformed('a page has no dictionary', 0)
  return Array.from(readHybrid(values.subarray(1), values[0] ?? 0, count), (place) => {
    const value = dictionary[place]
    if (value === undefined)
      throw new Malformed(`there is no value ${place} in a dictionary of ${dictionary.length}`, 0)
    return value
  })
}

/** A row whose list is missing or empty has one value that is missing. */
function listsOf({ begins, values }: Values): number[][] {
  const lists: number[][] = []
  values.forEach((value, i) => {
    if (begins[i]) lists.push([])
    if (typeof value === 'number') (lists.at(-1) ?? []).push(value)
  })
  return lists
}

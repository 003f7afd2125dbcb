import { Malformed, numberField, readThrift, structField, structsField, type ThriftStruct, textOf } from './thrift.ts'

/** A column of values: a path in the schema that ends. */
interface ParquetLeaf {
  /** `['image', 'bytes']` */
  readonly path: readonly string[]
  /** Parquet's number for the type of the values: 0 boolean, 1 int32, 2 int64, 4 float, 5 double, 6 bytes. */
  readonly type: number
  /** How many elements of the path may be missing. */
  readonly definitions: number
  /** How many elements of the path are lists. */
  readonly repetitions: number
}

/** Where the values of a leaf are in one group of rows. */
export interface ParquetChunk {
  readonly leaf: ParquetLeaf
  /** Parquet's number for how pages are packed: 0 not at all, 1 Snappy, 2 gzip, 4 Brotli, 6 Zstandard. */
  readonly codec: number
  /** In bytes. */
  readonly start: number
  readonly length: number
  /** How many values, missing ones too. */
  readonly values: number
}

/** Rows that are stored together, column by column. */
interface ParquetGroup {
  readonly rows: number
  /** In the order of the leaves. */
  readonly chunks: readonly ParquetChunk[]
}

/** What the end of a Parquet file says. */
export interface ParquetMetadata {
  readonly leaves: readonly ParquetLeaf[]
  readonly groups: readonly ParquetGroup[]
  /** What programs that wrote it noted. */
  readonly notes: ReadonlyMap<string, string>
}

// In each, a list of values may make many out of few bytes; more than this is made to fill the memory.
const MOST_VALUES_PER_BYTE = 100

/**
 * Reads the description at the end of a Parquet file.
 *
 * @param bytes - the description alone
 * @param size - of the file, which nothing may be beyond
 * @throws {@link Malformed} where it isn't one, or claims what can't be
 */
export function readMetadata(bytes: Uint8Array, size: number): ParquetMetadata {
  const { struct } = readThrift(bytes, 0)
  const leaves = leavesOf(structsField(struct, 2, 'the schema'))
  const groups = structsField(struct, 4, 'the list of groups').map((group) => readGroup(group, leaves, size))
  const rows = numberField(struct, 3, 'the number of rows')
  const found = groups.reduce((sum, group) => sum + group.rows, 0)
  if (found !== rows) throw new Malformed(`it claims ${rows} rows, its groups have ${found}`, 0)
  const notes = struct.has(5) ? structsField(struct, 5, 'the list of notes') : []
  return {
    leaves,
    groups,
    notes: new Map(
      notes.map((note) => [textOf(note.get(1), 'a note'), note.has(2) ? textOf(note.get(2), 'a note') : '']),
    ),
  }
}

/** The schema is a list in depth-first order: each element says how many of those that follow are its children. */
function leavesOf(schema: readonly ThriftStruct[]): ParquetLeaf[] {
  const leaves: ParquetLeaf[] = []
  const above: { readonly path: readonly string[]; definitions: number; repetitions: number; left: number }[] = []
  schema.forEach((element, i) => {
    const children = element.has(5) ? numberField(element, 5, 'a number of children') : 0
    if (i === 0) {
      above.push({ path: [], definitions: 0, repetitions: 0, left: children })
      return
    }
    const parent = above.at(-1)
    if (!parent) throw new Malformed('the schema has more elements than children', 0)
    const presence = element.has(3) ? numberField(element, 3, 'a presence') : 0 // 0 required, 1 optional, 2 repeated
    const path = [...parent.path, textOf(element.get(4), 'the name of a column')]
    const definitions = parent.definitions + (presence === 0 ? 0 : 1)
    const repetitions = parent.repetitions + (presence === 2 ? 1 : 0)
    if (path.length > 16) throw new Malformed('the schema is nested too deep', 0)
    parent.left--
    if (children > 0) above.push({ path, definitions, repetitions, left: children })
    else leaves.push({ path, type: numberField(element, 1, 'a type'), definitions, repetitions })
    while (above.at(-1)?.left === 0) above.pop()
  })
  if (above.length > 0) throw new Malformed('the schema has fewer elements than children', 0)
  return leaves
}

function readGroup(group: ThriftStruct, leaves: readonly ParquetLeaf[], size: number): ParquetGroup {
  const columns = structsField(group, 1, 'the list of columns')
  const rows = numberField(group, 3, 'the number of rows of a group')
  if (columns.length !== leaves.length) {
    throw new Malformed(`a group has ${columns.length} columns, the schema ${leaves.length}`, 0)
  }
  // A picture takes more than a byte.
  if (rows > size) throw new Malformed(`a group claims ${rows} rows`, 0)
  return { rows, chunks: columns.map((column, i) => readChunk(column, leaves[i] as ParquetLeaf, size)) }
}

function readChunk(column: ThriftStruct, leaf: ParquetLeaf, size: number): ParquetChunk {
  const name = leaf.path.join('.')
  const meta = structField(column, 3, `the description of the column '${name}'`)
  const data = numberField(meta, 9, 'the place of a column')
  const dictionary = meta.has(11) ? numberField(meta, 11, 'the place of a column') : 0 // some writers put 0 for none
  const start = dictionary > 0 ? Math.min(dictionary, data) : data
  const length = numberField(meta, 7, 'the length of a column')
  const values = numberField(meta, 5, 'the number of values of a column')
  if (start + length > size) {
    throw new Malformed(
      `the column '${name}' is said to have ${length} bytes at byte ${start}, the file has ${size}`,
      0,
    )
  }
  if (values > MOST_VALUES_PER_BYTE * size) throw new Malformed(`the column '${name}' claims ${values} values`, 0)
  return { leaf, codec: numberField(meta, 4, 'the packing of a column'), start, length, values }
}

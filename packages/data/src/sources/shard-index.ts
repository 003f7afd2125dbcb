import { basename } from 'node:path'
import { writeFileWhole } from '../files/write-file.ts'
import { isPictureName } from './picture-names.ts'
import type { ShardLabelOptions, ShardSample } from './tar-index.ts'

const FORMAT = 'clas-shards-1'

/** What an index file says. */
export interface ShardIndex extends ShardLabelOptions {
  readonly shards: readonly IndexedShard[]
  /** The classes' names, where whoever made the shards knew them. */
  readonly classes?: readonly string[]
}

/** What an index file says of one shard. */
export interface IndexedShard {
  /** The last part of the path. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly samples: readonly ShardSample[]
}

/** Writes where the samples of shards are, as JSON, by way of a temporary file. */
export async function writeShardIndex(file: string, { shards, ...rest }: ShardIndex): Promise<void> {
  const rows = shards.map(({ name, size, samples }) => ({
    ...{ name, size },
    samples: samples.map(({ key, kind, offset, length, label }) => [key, kind, offset, length, label]),
  }))
  // What is replaced is an index of the same shards, or none at all.
  await writeFileWhole(file, `${JSON.stringify({ format: FORMAT, ...rest, shards: rows })}\n`, { replace: true })
}

/** Whether a text was written as an index, be it whole or not. */
export function isShardIndex(text: string): boolean {
  return text.startsWith(`{"format":"${FORMAT}"`)
}

/** Reads an index; undefined where it isn't whole. */
export function parseShardIndex(text: string): ShardIndex | undefined {
  let content: Partial<Record<string, unknown>>
  try {
    content = Object(JSON.parse(text))
  } catch {
    return undefined
  }
  const { format, shards, classes, label, field } = content
  if (format !== FORMAT || !Array.isArray(shards)) return undefined
  const read = shards.map((shard) => parseShard(Object(shard)))
  if (!read.every((shard) => shard !== undefined)) return undefined
  const named = Array.isArray(classes) && classes.every((name) => typeof name === 'string')
  return {
    shards: read,
    ...(named && { classes }),
    ...(typeof label === 'string' && { label }),
    ...(typeof field === 'string' && { field }),
  }
}

/** What an index calls a shard: the last part of a path or an address, without what is asked of the server. */
export function shardName(path: string): string {
  return basename(path.replace(/[?#].*$/, ''))
}

function parseShard({ name, size, samples }: Partial<Record<string, unknown>>): IndexedShard | undefined {
  if (typeof name !== 'string' || typeof size !== 'number' || !Array.isArray(samples)) return undefined
  const read = samples.map((sample) => parseSample(sample, size))
  return read.every((sample) => sample !== undefined) ? { name, size, samples: read } : undefined
}

function parseSample(sample: unknown, size: number): ShardSample | undefined {
  if (!Array.isArray(sample)) return undefined
  const [key, kind, offset, length, label] = sample
  const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
  const isRow = Array.isArray(label) && label.every((share) => typeof share === 'number')
  if (typeof key !== 'string' || typeof kind !== 'string' || !isPictureName(`.${kind}`)) return undefined
  if (!inside || offset + length > size) return undefined
  if (typeof label !== 'number' && typeof label !== 'string' && !isRow) return undefined
  return { key, kind, offset, length, label }
}

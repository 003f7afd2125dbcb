import { stat } from 'node:fs/promises'
import { ClasError, isClasError } from '@clas/core'
import type { ByteReader } from '../files/byte-reader.ts'
import { fileReader, ioError } from '../files/file-reader.ts'
import { mapAtOnce } from '../files/map-at-once.ts'
import { isUrl, urlReader } from '../files/url-reader.ts'
import {
  type IndexedShard,
  isShardIndex,
  parseShardIndex,
  type ShardIndex,
  shardName,
  writeShardIndex,
} from './shard-index.ts'
import { indexShard, type ShardLabelOptions } from './tar-index.ts'

const SHARDS_AT_ONCE = 4
const FILE_WINDOW = 1 << 16
const URL_WINDOW = 1 << 20

/** Finds where the samples of shards are: by an index file where there is one that fits, else by their headers. */
export async function indexShards(
  paths: readonly string[],
  options: ShardLabelOptions & { readonly index?: string },
): Promise<ShardIndex> {
  const { index, label, field } = options
  const kept = index === undefined ? undefined : await readIndex(index)
  const chosen = kept && chooseShards(kept.content, paths, options)
  if (kept && chosen && (await areUnchanged(paths, chosen, kept.changed))) return { ...kept.content, shards: chosen }
  const shards = await mapAtOnce(paths.length, SHARDS_AT_ONCE, async (i) => {
    const path = paths[i] as string
    await using reader = await openAny(path)
    const samples = await indexShard(reader, isUrl(path) ? URL_WINDOW : FILE_WINDOW, options)
    return { name: shardName(path), size: reader.size, samples }
  })
  const found: ShardIndex = {
    shards,
    ...(label !== undefined && { label }),
    ...(field !== undefined && { field }),
    ...(kept?.content.classes && { classes: kept.content.classes }),
  }
  const ofOthersToo = kept && kept.content.shards.length > shards.length
  if (index !== undefined && !isUrl(index) && !ofOthersToo) await writeShardIndex(index, found)
  return found
}

/** An index file, where it is there and whole, and when it was written. */
async function readIndex(index: string): Promise<{ content: ShardIndex; changed: number } | undefined> {
  try {
    const { changed } = await factsOf(index)
    await using reader = await openAny(index)
    const text = new TextDecoder().decode(await reader.read(0, reader.size))
    if (!isShardIndex(text)) {
      throw new ClasError('bad-option', `${index} is no index of shards and isn't replaced; name another file`, {
        index,
      })
    }
    const content = parseShardIndex(text)
    return content && { content, changed }
  } catch (error) {
    if (isClasError(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined
    throw error
  }
}

/** What an index says of some shards. Throws `bad-option` where it is of others. */
function chooseShards(
  content: ShardIndex,
  paths: readonly string[],
  options: ShardLabelOptions & { readonly index?: string },
) {
  const byName = new Map(content.shards.map((shard) => [shard.name, shard]))
  const chosen = paths.map((path) => byName.get(shardName(path)))
  if (
    content.label === options.label &&
    content.field === options.field &&
    chosen.every((shard) => shard !== undefined)
  ) {
    return chosen
  }
  const missing = paths.find((_, i) => chosen[i] === undefined)
  throw new ClasError(
    'bad-option',
    `${options.index} is the index of ${missing === undefined ? 'other labels' : `other shards, without ${shardName(missing)}`}; ` +
      'name another file for the index of these',
    { index: options.index, missing },
  )
}

/** Whether shards have the sizes that an index says, and are no younger than it. */
async function areUnchanged(
  paths: readonly string[],
  shards: readonly IndexedShard[],
  written: number,
): Promise<boolean> {
  const found = await Promise.all(paths.map(factsOf))
  return found.every(({ size, changed }, i) => size === shards[i]?.size && changed <= written)
}

interface FileFacts {
  readonly size: number
  /** In milliseconds; 0 for what a server has. */
  readonly changed: number
}

async function factsOf(path: string): Promise<FileFacts> {
  if (isUrl(path)) {
    await using reader = await urlReader(path)
    return { size: reader.size, changed: 0 }
  }
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  return { size, changed: mtimeMs }
}

function openAny(path: string): Promise<ByteReader> {
  return isUrl(path) ? urlReader(path) : fileReader(path)
}

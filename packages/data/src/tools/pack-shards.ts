import { mkdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Image } from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import { readImageInfo } from '../decode/read-image-info.ts'
import { encodePng } from '../files/encode-png.ts'
import { ioError } from '../files/file-reader.ts'
import { TAR_END, tarHeader, tarPadding } from '../files/tar-header.ts'
import { createFile, refuseExisting } from '../files/write-file.ts'
import { isPictureName } from '../sources/picture-names.ts'
import { readItemBytes } from '../sources/read-item.ts'
import { type IndexedShard, writeShardIndex } from '../sources/shard-index.ts'
import type { Source } from '../sources/source.ts'
import type { ShardSample } from '../sources/tar-index.ts'

/** Options of {@link packShards}. */
export interface PackShardsOptions {
  /** Where the shards go; made where it isn't there. */
  readonly folder: string
  /** What the shards' names begin with: `train-000000.tar`. Default: `shard`. */
  readonly prefix?: string
  /** A shard is closed when it has so many bytes. Default: 256 MB (256 · 10⁶). */
  readonly shardBytes?: number
  /**
   * Puts the pictures in a random order, drawn from its fork `pack`, so that every shard has some of each class. Default:
   * their own order.
   */
  readonly rng?: Rng
  /** Stops the work; the shards that are whole remain. */
  readonly signal?: AbortSignal
}

/** What {@link packShards} wrote. */
export interface PackedShards {
  /** Paths, in order. */
  readonly shards: readonly string[]
  /** The file that says where everything is, with the classes' names: option `index` of `tarShards`. */
  readonly index: string
  readonly pictures: number
  readonly bytes: number
}

/**
 * Packs a source into tar files in WebDataset's form: `000000017.jpg` with `000000017.cls`, the number of its class, or
 * with `000000017.json`, `{"label": [0, 1, 1]}`, where pictures have several labels. Files are packed as they are,
 * without decoding them; pictures in memory become PNG. Weights aren't kept.
 *
 * @throws `bad-option` when a shard or index of that name is there already (nothing is replaced), or a picture in memory
 *   isn't of 8 bits; `corrupt-image` for a row of Parquet that is no picture; `io` or `disk-full` when one can't be written
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { arraySource } from '@clas/data'
 * import { packShards, tarShards } from '@clas/data/node'
 * const folder = join(await mkdtemp(join(tmpdir(), 'shards-')), 'train')
 * const images = { data: new Uint8Array(2 * 4 * 4 * 3), shape: [2, 4, 4, 3] as const }
 * const source = arraySource({ images, labels: [1, 0], classes: ['cat', 'dog'] })
 * const { shards, index } = await packShards(source, { folder })
 * console.log((await tarShards(shards, { index })).classes) // [ 'cat', 'dog' ]
 * ```
 */
export async function packShards(source: Source, options: PackShardsOptions): Promise<PackedShards> {
  const { folder, prefix = 'shard', shardBytes = 256e6, rng, signal } = options
  if (!(shardBytes >= 1)) {
    throw new ClasError('bad-option', `shardBytes must be at least 1, found ${shardBytes}`, { shardBytes })
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioError(folder, cause)
  })
  const index = join(folder, `${prefix}-index.json`)
  await refuseExisting(index)
  const order = rng?.fork('pack').permutation(source.length) ?? Array.from({ length: source.length }, (_, i) => i)
  const shards: IndexedShard[] = []
  for (let place = 0; place < order.length; ) {
    const name = `${prefix}-${String(shards.length).padStart(6, '0')}.tar`
    await using file = await createFile(join(folder, name))
    const add = async (name: string, content: Uint8Array): Promise<number> => {
      await file.write(tarHeader(name, content.length))
      const offset = file.size
      await file.write(content)
      await file.write(tarPadding(content.length))
      return offset
    }
    const samples: ShardSample[] = []
    while (place < order.length && file.size < shardBytes) {
      signal?.throwIfAborted()
      const picture = order[place] as number
      const key = String(place++).padStart(9, '0')
      const { bytes, kind } = await contentOf(source, picture)
      const offset = await add(`${key}.${kind}`, bytes)
      const row = source.targets?.(picture)
      const label = row ? [...row] : source.label(picture)
      await add(
        row ? `${key}.json` : `${key}.cls`,
        new TextEncoder().encode(row ? JSON.stringify({ label }) : `${label}`),
      )
      samples.push({ key, kind, offset, length: bytes.length, label })
    }
    await file.write(TAR_END)
    await file.keep()
    shards.push({ name, size: file.size, samples })
  }
  await writeShardIndex(index, { shards, classes: source.classes })
  return {
    shards: shards.map(({ name }) => join(folder, name)),
    index,
    pictures: source.length,
    bytes: shards.reduce((sum, { size }) => sum + size, 0),
  }
}

async function contentOf(source: Source, index: number): Promise<{ bytes: Uint8Array; kind: string }> {
  const item = source.item?.(index)
  if (item && item.kind !== 'pixels') {
    const bytes = await readItemBytes(item)
    const name = source.name(index)
    return { bytes, kind: isPictureName(name) ? extname(name).slice(1).toLowerCase() : endingOf(bytes, name) }
  }
  return { bytes: encode(await source.read(index), source.name(index)), kind: 'png' }
}

/** The ending by what the file is, where its name has none: in rows of Parquet. */
function endingOf(bytes: Uint8Array, name: string): string {
  const { format } = readImageInfo(bytes, name)
  return format === 'jpeg' ? 'jpg' : format
}

function encode({ data, width, height, channels }: Image, name: string): Uint8Array {
  if (data instanceof Uint8Array) return encodePng({ data, width, height, channels })
  throw new ClasError('bad-option', `${name} is of float32; only pictures of 8 bits can be packed as PNG`, { name })
}

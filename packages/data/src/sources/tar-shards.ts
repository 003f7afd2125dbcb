import { resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { isUrl } from '../files/url-reader.ts'
import { indexShards } from './index-shards.ts'
import { itemSource, pixelLimit } from './item-source.ts'
import { readLabels } from './labels.ts'
import type { Source, SourceItem } from './source.ts'
import type { ShardLabelOptions } from './tar-index.ts'

/** Options of {@link tarShards}. */
export interface TarShardsOptions extends ShardLabelOptions {
  /** The classes' names. Default: those of the index, else the numbers 0 … largest label, or the names, sorted. */
  readonly classes?: readonly string[]
  /**
   * A JSON file that keeps where everything is, so that shards are walked through only once: that of `packShards`, or one
   * that is written where it isn't there or the shards have changed. It may have more shards than these. An address is
   * only read. Default: none, the shards are walked through.
   */
  readonly index?: string
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/**
 * A source of tar files in WebDataset's form: a picture and its label are members of the same name up to the first dot,
 * `000017.jpg` beside `000017.cls` (a number or a class's name), `000017.json` (an object with the label in it) or
 * `000017.txt`. Shards are never unpacked: worker threads read a picture's bytes out of the file, or over HTTP ask the
 * server for them (it must send parts of files, `Range`).
 *
 * @param shards - paths or addresses, in order
 * @throws `io` when a shard can't be read, `bad-option` when the index is one of other shards or labels, `corrupt-file` with shard, member and offset when it is damaged, `no-images`
 *   when there are no pictures, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { arraySource } from '@clas/data'
 * import { packShards, tarShards } from '@clas/data/node'
 * const folder = join(await mkdtemp(join(tmpdir(), 'shards-')), 'train')
 * const images = { data: new Uint8Array(2 * 4 * 4 * 3), shape: [2, 4, 4, 3] as const }
 * const { shards } = await packShards(arraySource({ images, labels: [1, 0] }), { folder })
 * console.log((await tarShards(shards)).length) // 2
 * ```
 */
export async function tarShards(shards: readonly string[], options: TarShardsOptions = {}): Promise<Source> {
  const paths = shards.map((shard) => (isUrl(shard) ? shard : resolve(shard)))
  const { shards: indexed, classes } = await indexShards(paths, options)
  const samples = indexed.flatMap(({ samples: list }, shard) => list.map((sample) => ({ shard, sample })))
  if (samples.length === 0) {
    throw new ClasError('no-images', `there are no pictures in ${paths.join(', ') || 'no shards'}`, { shards: paths })
  }
  const name = (index: number): string => {
    const { shard, sample } = samples[index] as (typeof samples)[number]
    return `${paths[shard]}/${sample.key}.${sample.kind}`
  }
  const item = (index: number): SourceItem => {
    const { shard, sample } = samples[index] as (typeof samples)[number]
    const file = paths[shard] as string
    const part = { offset: sample.offset, length: sample.length, ...pixelLimit(options.maxPixels) }
    return isUrl(file) ? { kind: 'url', url: file, ...part } : { kind: 'file', path: file, ...part }
  }
  const labels = readLabels(
    samples.map(({ sample }) => sample.label),
    options.classes ?? classes,
    name,
  )
  return itemSource({ length: samples.length, labels, name, item })
}

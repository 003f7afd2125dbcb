import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Image, type Pipeline, serialize } from '@clas/augment'
import { ClasError, createRng, isClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { createFile } from '../files/write-file.ts'
import { factsOf } from './facts-of.ts'
import { type CachedPicture, encodeFooter, MAGIC, readPixelsFile } from './pixels-file.ts'
import { readItem } from './read-item.ts'
import type { Source, SourceItem } from './source.ts'

/** Options of {@link cachedOnDisk}. */
export interface DiskCacheOptions {
  /** The folder of the cache; made where it isn't there. Several sources and processes may share it. */
  readonly folder: string
  /** What is done to a picture before it is kept, a `resizeImage` for example; it must draw nothing at random. */
  readonly transform?: Pipeline
}

// Enough to keep the decoder busy, few enough pictures in memory.
const AT_ONCE = 8

/**
 * A source that keeps decoded pictures in one file on a disk, so that no epoch decodes them: made in a first pass, at
 * once when this is called, and opened again from then on. The file's name comes from the paths, sizes and times of the
 * pictures and from the transform, so what has changed is decoded anew. A file that is damaged, and every picture has a
 * checksum, is made anew. Two processes that make the same one don't disturb each other.
 *
 * Pixels take room: a photo of 341 x 256 has 262 kB. Pictures that can't be decoded aren't kept and fail as before.
 *
 * @throws `bad-option` when the source isn't one of files or the transform can't be described, `io` or `disk-full` when
 *   the cache can't be written
 * @example
 * ```ts
 * import { mkdir, mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { compose, resizeImage } from '@clas/augment'
 * import { cachedOnDisk, imageFolder } from '@clas/data/node'
 * import sharp from 'sharp'
 * const root = await mkdtemp(join(tmpdir(), 'photos-'))
 * await mkdir(join(root, 'photos', 'cat'), { recursive: true })
 * const drawn = sharp({ create: { width: 80, height: 60, channels: 3, background: 'grey' } })
 * await drawn.toFile(join(root, 'photos', 'cat', 'tom.jpg'))
 * const photos = await imageFolder(join(root, 'photos'))
 * const transform = compose([resizeImage({ shortSide: 30 })])
 * const small = await cachedOnDisk(photos, { folder: join(root, 'cache'), transform })
 * console.log((await small.read(0)).width) // 40
 * ```
 */
export async function cachedOnDisk(source: Source, options: DiskCacheOptions): Promise<Source> {
  const { folder, transform } = options
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioError(folder, cause)
  })
  const path = join(folder, `${await keyOf(source, transform)}.pixels`)
  const pictures = (await readPixelsFile(path, source.length)) ?? (await build(source, path, transform))
  const item = (index: number): SourceItem => {
    const picture = pictures[index]
    return picture ? { kind: 'pixels', path, ...picture } : (source.item?.(index) as SourceItem)
  }
  return {
    ...factsOf(source),
    read: (index) => readItem(item(index), source.name(index)),
    item,
  }
}

async function build(source: Source, path: string, transform: Pipeline | undefined) {
  const pictures: (CachedPicture | null)[] = []
  await using file = await createFile(path, { replace: true })
  await file.write(MAGIC)
  for (let from = 0; from < source.length; from += AT_ONCE) {
    const indices = Array.from({ length: Math.min(AT_ONCE, source.length - from) }, (_, i) => from + i)
    // In order, so that two processes write the same bytes.
    for (const image of await Promise.all(indices.map((index) => readOne(source, index, transform)))) {
      if (!image) {
        pictures.push(null)
        continue
      }
      const { data, width, height, channels } = image
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      const type = data instanceof Uint8Array ? 'uint8' : 'float32'
      pictures.push({ offset: file.size, width, height, channels, type, checksum: crc32(bytes) })
      await file.write(bytes)
    }
  }
  await file.write(encodeFooter(pictures))
  // Another process may have been faster, and readers have the places of its file.
  const others = await readPixelsFile(path, source.length)
  if (!others) await file.keep()
  return others ?? pictures
}

/** Undefined for a picture that can't be decoded: whoever reads it is told. */
async function readOne(source: Source, index: number, transform: Pipeline | undefined): Promise<Image | undefined> {
  try {
    const image = await source.read(index)
    return transform ? transform.run(image, createRng(0)).image : image
  } catch (error) {
    if (isClasError(error) && error.code === 'corrupt-image') return undefined
    throw error
  }
}

/** A name for what the cache holds. */
async function keyOf(source: Source, transform: Pipeline | undefined): Promise<string> {
  const specs = transform ? serialize(transform) : []
  if (!specs) {
    throw new ClasError(
      'bad-option',
      'the transform of a cache must be one that can be described, so that the cache of another is not taken for its own',
    )
  }
  const hash = createHash('sha256').update(JSON.stringify(specs))
  const files = new Map<string, Promise<string>>()
  for (let i = 0; i < source.length; i++) {
    const item = source.item?.(i)
    if (!item) {
      throw new ClasError(
        'bad-option',
        `${source.name(i)} is in no file; cachedOnDisk is for sources of files, cached for others`,
      )
    }
    hash.update(JSON.stringify(item))
    const file = 'path' in item ? item.path : item.kind === 'parquet' ? item.file : ''
    if (file !== '' && !files.has(file)) files.set(file, stateOf(file))
  }
  for (const state of await Promise.all(files.values())) hash.update(state)
  return hash.digest('hex').slice(0, 32)
}

/** What changes with a file's content, as a rule; nothing for one on a server. */
async function stateOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  return found ? `${file} ${found.size} ${found.mtimeMs}` : file
}

import { createHash } from 'node:crypto'
import type { Image } from '@clas/augment'
import { type ClasError, isClasError } from '@clas/core'
import { mapAtOnce } from '../files/map-at-once.ts'
import type { Source } from '../sources/source.ts'
import { hashOfGrey, type PerceptualHash } from './perceptual-hash.ts'
import { GREY_SIDE, shrunkGrey } from './shrunk-grey.ts'

/** What is told of work on many pictures, and what stops it. */
export interface WorkOptions {
  /** Told how many pictures are done. */
  readonly onProgress?: (done: number, total: number) => void
  /** Stops the work; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** What is known of a picture that was looked at. */
export interface PictureFacts {
  readonly width: number
  readonly height: number
  /** Of size and pixels: the same for pictures that are the same to the bit. */
  readonly digest: string
  readonly hash: PerceptualHash
  /** The picture in grey, 16 x 16, with a mean of 0 and a length of 1: the product of two is their correlation. */
  readonly thumbnail: Float32Array
  /** The standard deviation of the 32 x 32 picture in grey, 0 to 128. */
  readonly contrast: number
  /** Of each channel, values in [0, 1]. */
  readonly mean: readonly number[]
  /** The mean of the squares. */
  readonly meanSquare: readonly number[]
}

/** A picture that can't be decoded or read. */
export interface UnreadablePicture {
  readonly error: ClasError
}

// Enough to keep the decoder busy, few enough pictures in memory.
const AT_ONCE = 4
const THUMBNAIL = 16

/** Looks at every picture of a source. One that can't be read is an error in its place. */
export function survey(
  source: Source,
  { onProgress, signal }: WorkOptions,
): Promise<(PictureFacts | UnreadablePicture)[]> {
  let done = 0
  return mapAtOnce(source.length, AT_ONCE, async (index) => {
    signal?.throwIfAborted()
    try {
      return factsOf(await source.read(index))
    } catch (error) {
      if (!isClasError(error) || !['corrupt-image', 'corrupt-file', 'io'].includes(error.code)) throw error
      return { error }
    } finally {
      onProgress?.(++done, source.length)
    }
  })
}

/** Whether a picture could be read. */
export function isReadable(facts: PictureFacts | UnreadablePicture): facts is PictureFacts {
  return 'digest' in facts
}

/** How alike two pictures are, whatever their size and brightness, in [-1, 1]: the correlation of their thumbnails. */
export function correlation(a: PictureFacts, b: PictureFacts): number {
  return a.thumbnail.reduce((sum, value, i) => sum + value * (b.thumbnail[i] as number), 0)
}

function factsOf(image: Image): PictureFacts {
  const { data, width, height, channels } = image
  const grey = shrunkGrey(image)
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const digest = createHash('sha1').update(`${width} ${height} ${channels} `).update(bytes).digest('base64')
  const moments = momentsOf(image)
  return { width, height, digest, hash: hashOfGrey(grey), ...thumbnailOf(grey, 255 / rangeOf(image)), ...moments }
}

function thumbnailOf(grey: Float64Array, scale: number): Pick<PictureFacts, 'thumbnail' | 'contrast'> {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length
  const step = GREY_SIDE / THUMBNAIL
  const thumbnail = new Float32Array(THUMBNAIL * THUMBNAIL)
  grey.forEach((value, i) => {
    const [x, y] = [Math.floor((i % GREY_SIDE) / step), Math.floor(i / GREY_SIDE / step)]
    thumbnail[y * THUMBNAIL + x] = (thumbnail[y * THUMBNAIL + x] as number) + value - mean
  })
  const length = Math.hypot(...thumbnail)
  return { thumbnail: thumbnail.map((value) => value / (length || 1)), contrast: scale * Math.sqrt(variance) }
}

/** What white is: float32 pictures are taken to be in [0, 1]. */
function rangeOf({ data }: Image): number {
  return data instanceof Uint8Array ? 255 : 1
}

function momentsOf(image: Image): Pick<PictureFacts, 'mean' | 'meanSquare'> {
  const { data, channels } = image
  const range = rangeOf(image)
  const sums = new Array<number>(channels).fill(0)
  const squares = new Array<number>(channels).fill(0)
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0
    let square = 0
    for (let i = channel; i < data.length; i += channels) {
      const value = data[i] as number
      sum += value
      square += value * value
    }
    sums[channel] = sum / (range * (data.length / channels))
    squares[channel] = square / (range * range * (data.length / channels))
  }
  return { mean: sums, meanSquare: squares }
}

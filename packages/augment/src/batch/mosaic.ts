import type { Rng } from '@clas/core'
import { badOption, type Range, rangeOption } from '../options.ts'
import type { BatchInfo, BatchTransform, ImageBatch } from './batch-transform.ts'
import { checkBatch, type MixingOptions, mixingOption, outputOf } from './mixing.ts'

/** The options of {@link mosaic}. */
export interface MosaicOptions extends MixingOptions {
  /** Where the four pictures meet: by the width and by the height, in [0, 1]; uniform. [0.25, 0.75] unless told. */
  readonly center?: Range
}

/** What {@link mosaic} draws; null when the batch isn't mixed. */
export type MosaicParameters = {
  /** For each picture the four that it is made of: top left (itself), top right, bottom left, bottom right. */
  readonly tiles: readonly (readonly [number, number, number, number])[]
  /** For each picture where the four meet: [x, y] in pixels from the top left. */
  readonly centers: readonly (readonly [number, number])[]
} | null

const NAME = 'Mosaic'

/**
 * Makes each picture of four of the batch that touch in one point: itself at the top left and three at random. Labels
 * are mixed by area. The point is drawn for each picture; pictures keep their scale and are cut off at the edges, as in
 * KerasCV's Mosaic. The idea is from YOLOv4 (Bochkovskiy et al. 2020, arXiv 2004.10934).
 *
 * @throws `bad-option` when `center` isn't a range in [0, 1], `p` isn't from 0 to 1 or `offEpoch` is below 0;
 *   `shape-mismatch` when parameters of another batch size are applied
 * @example
 * ```ts
 * import { mosaic } from '@clas/augment'
 * const batch = { images: new Float32Array([1, 1, 2, 2]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 2, 1] as const }
 * const parameters = { tiles: [[0, 1, 0, 0], [1, 0, 1, 1]] as const, centers: [[1, 1], [1, 1]] as const }
 * console.log(mosaic().apply(batch, parameters).images) // 1 2, 2 1
 * ```
 */
export function mosaic(options: MosaicOptions = {}): BatchTransform<MosaicParameters> {
  const center = rangeOption(NAME, 'center', options.center ?? [0.25, 0.75], 0)
  if (center[1] > 1) badOption(NAME, 'center', 'from 0 to 1', center)
  const isMixed = mixingOption(NAME, options)
  return {
    name: NAME,
    sample: (rng, info) => (isMixed(rng, info) ? sampleMosaic(rng, info, center) : null),
    apply(batch, parameters, out) {
      if (!parameters) return batch
      const { tiles, centers } = parameters
      checkBatch(NAME, batch, tiles.length, tiles.flat())
      const images = outputOf(NAME, batch, out)
      joinTiles(images, batch, tiles, centers)
      return { images, labels: mixLabels(batch, tiles, centers), shape: batch.shape }
    },
    describe: () => ({ name: NAME, options }),
  }
}

type Tiles = NonNullable<MosaicParameters>['tiles']
type Centers = NonNullable<MosaicParameters>['centers']

function sampleMosaic(rng: Rng, { batch, width, height }: BatchInfo, center: Range): NonNullable<MosaicParameters> {
  const other = (): number => rng.integer(0, batch)
  const place = (side: number): number => Math.round(side * rng.uniform(...center))
  const pictures = Array.from({ length: batch }, (_, own) => own)
  return {
    tiles: pictures.map((own) => [own, other(), other(), other()] as const),
    centers: pictures.map(() => [place(width), place(height)] as const),
  }
}

function joinTiles(out: Float32Array, { images, shape }: ImageBatch, tiles: Tiles, centers: Centers): void {
  const [, height, width, channels] = shape
  const row = width * channels
  tiles.forEach(([topLeft, topRight, bottomLeft, bottomRight], own) => {
    const [x, y] = centers[own] as readonly [number, number]
    const split = x * channels
    for (let to = 0; to < height; to++) {
      // The tiles touch at the centre, so a tile above or left of it shows its last rows or columns.
      const isTop = to < y
      const from = isTop ? height - y + to : to - y
      const left = ((isTop ? topLeft : bottomLeft) * height + from) * row
      const right = ((isTop ? topRight : bottomRight) * height + from) * row
      const start = (own * height + to) * row
      out.set(images.subarray(left + row - split, left + row), start)
      out.set(images.subarray(right, right + row - split), start + split)
    }
  })
}

function mixLabels({ labels, shape }: ImageBatch, tiles: Tiles, centers: Centers): Float32Array {
  const [batch, height, width] = shape
  const classes = labels.length / batch
  const out = new Float32Array(labels.length)
  tiles.forEach((four, own) => {
    const [x, y] = centers[own] as readonly [number, number]
    const areas = [x * y, (width - x) * y, x * (height - y), (width - x) * (height - y)]
    for (let c = 0; c < classes; c++) {
      const sum = four.reduce((total, tile, i) => total + (areas[i] ?? 0) * (labels[tile * classes + c] ?? 0), 0)
      out[own * classes + c] = sum / (width * height)
    }
  })
  return out
}

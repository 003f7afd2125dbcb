import { createRng, type Rng } from '@clas/core'
import { expect, test } from 'vitest'
import { readFixture } from './differences.test-helper.ts'
import { type RandCropImageOptions, randCropImage } from './rand-crop-image.ts'
import { type RandomPerspectiveOptions, randomPerspective } from './random-perspective.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import type { ResizedCropOptions } from './resized-crop.ts'

interface Distribution {
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly most: number
  /** Values, and the part of the draws that is not above each of them. */
  readonly at: readonly number[]
  readonly part: readonly number[]
}

interface Entry {
  readonly op: string
  readonly width: number
  readonly height: number
  readonly options: object
  readonly drawn: Readonly<Record<string, Distribution>>
}

const { count, entries } = readFixture<{ count: number; entries: readonly Entry[] }>('geometry_draws.json')

/** Two samples of the same distribution of this size are further apart once in a thousand times (Kolmogorov-Smirnov). */
const FURTHEST = 1.95 * Math.sqrt(2 / count)

function drawsOf({ op, options, width, height }: Entry): (rng: Rng) => object {
  const info = { width, height, channels: 3 }
  if (op === 'RandCropImage') {
    const crop = randCropImage({ ...options, size: 8 } as RandCropImageOptions)
    return (rng) => crop.sample(rng, info)
  }
  if (op === 'RandomResizedCrop') {
    const crop = randomResizedCrop({ ...options, size: 8 } as ResizedCropOptions)
    return (rng) => crop.sample(rng, info)
  }
  const slant = randomPerspective({ ...options, p: 1 } as RandomPerspectiveOptions)
  return (rng) => {
    const corners = slant.sample(rng, info)?.corners ?? []
    return Object.fromEntries(
      corners.flatMap(([x, y], i) => [
        [`x${i}`, x],
        [`y${i}`, y],
      ]),
    )
  }
}

for (const entry of entries) {
  const { op, width, height, options, drawn } = entry
  test(`${op} of ${width}×${height} draws as its reference, ${JSON.stringify(options)}`, () => {
    const rng = createRng(11)
    const draw = drawsOf(entry)
    const draws = Array.from({ length: count }, (_, i) => draw(rng.fork(i)) as Record<string, number>)
    for (const [name, { mean, deviation, least, most, at, part }] of Object.entries(drawn)) {
      const values = draws.map((one) => one[name] as number)
      const found = values.reduce((sum, value) => sum + value, 0) / count
      expect(Math.abs(found - mean), `mean ${name}`).toBeLessThanOrEqual(4 * deviation * Math.sqrt(2 / count))
      // Ends of thin tails differ from sample to sample.
      expect(Math.abs(Math.min(...values) - least), `least ${name}`).toBeLessThanOrEqual(deviation)
      expect(Math.abs(Math.max(...values) - most), `most ${name}`).toBeLessThanOrEqual(deviation)
      at.forEach((value, i) => {
        const below = values.filter((other) => other <= value).length / count
        expect(Math.abs(below - (part[i] as number)), `${name} up to ${value}`).toBeLessThan(FURTHEST)
      })
    }
  })
}

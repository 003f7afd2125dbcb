import { createRng, type Rng } from '@clas/core'
import { expect, test } from 'vitest'
import { type BlendBase, blendBytes } from '../color/blend.ts'
import { blurData } from '../color/blur-separable.ts'
import { mapData } from '../color/bytes.ts'
import { gaussianKernel, wholeKernel } from '../color/gaussian-kernel.ts'
import { countData, greyData } from '../color/pixel-ops.ts'
import { floatTable, writeFloats } from '../color/write-floats.ts'
import { blendBySimd, greyBySimd } from './blend.ts'
import { blurBySimd } from './blur.ts'
import { normalizeBySimd } from './normalize.ts'
import { countBySimd, mapBySimd } from './tables.ts'

/** Random values, and many that are the least or the largest. */
function randomBytes(rng: Rng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => (rng.next() < 0.4 ? 255 * rng.integer(0, 2) : rng.integer(0, 256)))
}

const cases = Array.from({ length: 200 }, (_, i) => {
  const rng = createRng(i)
  const width = rng.integer(1, 40)
  const height = rng.integer(1, 40)
  const data = randomBytes(rng, width * height * 3)
  return { rng, data, image: { data, width, height, channels: 3 } }
})

test.each<BlendBase>([0, 200, 'mean', 'grey', 'smoothed'])(
  'blending with %s has the same bits with and without SIMD',
  (base) => {
    for (const { rng, image, data } of cases) {
      if (base === 'smoothed' && (image.width < 3 || image.height < 3)) continue
      const factor = rng.uniform(-1, 4)
      expect(blendBySimd(image, data, base, factor)).toEqual(blendBytes(image, data, base, factor))
    }
  },
)

test('making grey, counting and mapping have the same bits with and without the module', () => {
  for (const { rng, image, data } of cases) {
    expect(greyBySimd(image, data)).toEqual(greyData(data, 3))
    expect(countBySimd(image, data)).toEqual(countData(data, 3))
    const tables = [0, 1, 2].map(() => randomBytes(rng, 256))
    expect(mapBySimd(image, data, tables)?.data).toEqual(mapData(data, 3, tables))
  }
})

test('blurring has the same bits with and without SIMD, for any number of channels', () => {
  for (const { rng, data, image } of cases) {
    const channels = [1, 3, 4][rng.integer(0, 3)] as number
    const width = Math.ceil(image.width / 2)
    const picture = { width, height: image.height, channels, data: data.slice(0, width * image.height * channels) }
    if (picture.data.length < width * image.height * channels) continue
    const kernels = [0, 1].map(() => wholeKernel(gaussianKernel(1 + 2 * rng.integer(0, 14), rng.uniform(0.1, 5))))
    const [across, down] = kernels as [readonly number[], readonly number[]]
    expect(blurBySimd(picture, across, down)).toEqual(blurData(picture, across, down))
  }
})

test('normalising has the same bits with and without SIMD, for any number of channels', () => {
  for (const { rng, data } of cases) {
    const channels = [1, 2, 3, 4][rng.integer(0, 4)] as number
    const bytes = data.subarray(0, data.length - (data.length % channels))
    const scale = Math.fround(rng.uniform(0.001, 2))
    const means = Float32Array.from({ length: channels }, () => rng.normal())
    const stds = Float32Array.from({ length: channels }, () => rng.uniform(0.01, 3))
    const tables = Array.from(means, (mean, c) =>
      floatTable((value) => Math.fround(Math.fround(value * scale) - mean) / (stds[c] as number)),
    )
    const expected = new Float32Array(bytes.length)
    writeFloats(bytes, tables, expected)
    const found = new Float32Array(bytes.length)
    expect(normalizeBySimd(bytes, channels, { scale, means, stds }, found)).toBe(true)
    expect(found).toEqual(expected)
  }
})

test('what needs more memory than a thread may keep, or has other channels, is left to TypeScript', () => {
  const large = { data: new Uint8Array(6000 * 6000 * 3), width: 6000, height: 6000, channels: 3 }
  const alpha = { data: new Uint8Array(4), width: 1, height: 1, channels: 4 }
  for (const image of [large, alpha]) {
    expect(blendBySimd(image, image.data, 0, 0.5)).toBeUndefined()
    expect(greyBySimd(image, image.data)).toBeUndefined()
    expect(countBySimd(image, image.data)).toBeUndefined()
    expect(mapBySimd(image, image.data, [])).toBeUndefined()
  }
  expect(blurBySimd(large, [256], [256])).toBeUndefined()
  const normalization = { scale: 1, means: new Float32Array(1), stds: new Float32Array([1]) }
  expect(normalizeBySimd(large.data, 3, normalization, new Float32Array(0))).toBe(false)
  expect(normalizeBySimd(new Uint8Array(5), 5, normalization, new Float32Array(5))).toBe(false)
})

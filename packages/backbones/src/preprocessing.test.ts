import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createModel } from './index.ts'

/** What PaddleClas's configurations do: see fixtures/preprocessing.py. */
interface Setting {
  readonly models: readonly string[]
  readonly resizeShort?: number
  readonly squash?: number
  readonly crop?: number
  readonly interpolation: string
  readonly backend: string
  readonly rgb: boolean
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

const settings = JSON.parse(
  readFileSync(new URL('../fixtures/preprocessing.json', import.meta.url), 'utf8'),
) as readonly Setting[]

test('every model takes pictures as its configuration in PaddleClas prepares them', () => {
  for (const { models, resizeShort, squash, crop, interpolation, backend, rgb, mean, std } of settings) {
    for (const name of models) {
      const { inputSize, preprocessing } = createModel(name)
      const { backend: found = preprocessing.interpolation === 'bicubic' ? 'pil' : 'cv2' } = preprocessing
      const all = { name, ...preprocessing, backend: found, squash: preprocessing.squash ? inputSize : undefined }
      expect(all).toMatchObject({
        name,
        ...(resizeShort !== undefined && { resizeShort }),
        squash,
        interpolation,
        backend,
      })
      expect(preprocessing.channelOrder ?? 'rgb', name).toBe(rgb ? 'rgb' : 'bgr')
      expect(inputSize, name).toBe(crop ?? squash ?? resizeShort ?? inputSize)
      for (const c of [0, 1, 2]) {
        expect(preprocessing.mean[c], name).toBeCloseTo(mean[c] as number, 4)
        expect(preprocessing.std[c], name).toBeCloseTo(std[c] as number, 4)
      }
    }
  }
})

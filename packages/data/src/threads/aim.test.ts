import {
  compose,
  cropImage,
  type Image,
  normalizeImage,
  type Rectangle,
  randCropImage,
  randFlipImage,
  randomResizedCrop,
  resize,
} from '@clas/augment'
import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { aim } from './aim.ts'

const rng = createRng(3)
const whole: Image = {
  data: Uint8Array.from({ length: 40 * 30 * 3 }, () => rng.integer(0, 256)),
  width: 40,
  height: 30,
  channels: 3,
}
const cut = (rectangle: Rectangle): Image => resize(whole, [rectangle.width, rectangle.height], { rectangle })

describe('aim', () => {
  it.each([
    ['PaddleClas', randCropImage({ size: 8 })],
    ['torchvision', randomResizedCrop({ size: [5, 9], interpolation: 'bicubic' })],
  ])('needs only the part that a crop of %s looks at, and gives the same picture', (_, crop) => {
    const pipeline = compose([crop, randFlipImage(), normalizeImage()])
    for (let i = 0; i < 50; i++) {
      const stream = createRng(i)
      const found = aim(pipeline, stream, whole, 2)
      if (!found) throw new Error('expected a part')
      const { region } = found
      expect(region.width * region.height).toBeLessThanOrEqual(1200)
      expect(found.pipeline.run(cut(region), stream, 2).image).toEqual(pipeline.run(whole, stream, 2).image)
    }
  })

  it('leaves pipelines alone that look at all of it', () => {
    for (const steps of [[], [randFlipImage(), randCropImage({ size: 8 })], [cropImage({ size: 4 })]]) {
      expect(aim(compose(steps), rng, whole, 0)).toBeUndefined()
    }
  })
})

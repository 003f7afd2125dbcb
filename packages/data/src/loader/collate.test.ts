import { describe, expect, it } from 'vitest'
import { arraySource } from '../sources/array-source.ts'
import { collate } from './collate.ts'

const images = [1, 1, 2].map((width, i) => ({
  data: new Uint8Array(2 * width).fill(i + 7),
  width,
  height: 2,
  channels: 1,
}))
const source = arraySource({ images, labels: [2, 0, 1], name: (i) => `photo ${i}` })
const sample = (index: number) => ({ index, image: images[index] as (typeof images)[0] })

describe('collate', () => {
  it('puts pictures after each other, with one-hot labels', () => {
    expect(collate([sample(1), sample(0)], source)).toEqual({
      images: new Float32Array([8, 8, 7, 7]),
      labels: new Float32Array([1, 0, 0, 0, 0, 1]),
      shape: [2, 2, 1, 1],
    })
  })

  it('names pictures of different sizes', () => {
    const message = expect.stringMatching(/photo 0 is 1×2×1, photo 2 is 2×2×1/)
    const error = expect.objectContaining({ code: 'shape-mismatch', message })
    expect(() => collate([sample(0), sample(2)], source)).toThrow(error)
  })
})

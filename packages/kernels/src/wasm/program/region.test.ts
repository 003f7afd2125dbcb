import { expect, it } from 'vitest'
import { looksLikeAddress, Regions } from './region.ts'

it('corrects addresses wherever they are written, each time that a region moves', () => {
  const regions = new Regions()
  const [a, b] = [regions.make(100), regions.make(1 << 30)]
  const list = regions.resolve([7, a.placeholder, b.placeholder + 4 * 1000, -1, 0.5, a.placeholder + 99])
  a.place(1000)
  b.place(0xf000_0000)
  expect(list).toEqual([7, 1000, 0xf000_0000 + 4000, -1, 0.5, 1099])
  a.place(64)
  a.place(64)
  expect(list).toEqual([7, 64, 0xf000_0000 + 4000, -1, 0.5, 163])
})

it('finds numbers that could be taken for addresses', () => {
  const { placeholder } = new Regions().make(1)
  expect(looksLikeAddress({ slope: 0.1, list: [1, { value: placeholder + 3 }] })).toBe(true)
  expect(looksLikeAddress({ slope: -1e30, text: '1e30', list: [2 ** 32], none: null })).toBe(false)
})

import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { type GridMaskOptions, gridMask } from '../index.ts'
import { expectDistribution, meanOf } from './distribution.test-helper.ts'
import { bytesOf, picture, reference } from './reference.test-helper.ts'
import { scriptedRng } from './scripted-rng.test-helper.ts'

test.each(reference.gridMask)('with the draws of PaddleClas it makes the same picture: $options, $draws', (one) => {
  const image = { data: bytesOf(one.picture), width: one.width, height: one.height, channels: 3 }
  const transform = gridMask(one.options as GridMaskOptions)
  const parameters = transform.sample(scriptedRng(one.draws), { ...image, epoch: 240 })
  expect(parameters).not.toBeNull()
  expect(transform.apply(image, parameters).data).toEqual(bytesOf(one.output))
})

test('as much is masked as in PaddleClas, over many draws', () => {
  const transform = gridMask({ rampEpochs: 0 })
  const rng = createRng(4)
  const image = { data: new Uint8Array(224 * 224).fill(1), width: 224, height: 224, channels: 1 }
  const parts = Array.from({ length: 1500 }, () => {
    const { data } = transform.apply(image, transform.sample(rng, image))
    return 1 - meanOf(data)
  })
  expectDistribution(parts, reference.distributions.gridMask.part, 'the masked part')
})

test('the part of pictures rises with the epoch and stays', () => {
  const transform = gridMask({ p: 0.8, rampEpochs: 100 })
  const partAt = (epoch?: number): number => {
    const rng = createRng(6)
    const info = { ...picture, ...(epoch !== undefined && { epoch }) }
    return Array.from({ length: 4000 }, () => transform.sample(rng, info)).filter((grid) => grid !== null).length / 4000
  }
  expect(partAt()).toBe(0)
  expect(partAt(0)).toBe(0)
  expect(partAt(25)).toBeCloseTo(0.2, 1)
  expect(partAt(100)).toBeCloseTo(0.8, 1)
  expect(partAt(1000)).toBe(partAt(100))
})

test('fills with a colour, alpha stays; without a grid the picture is the same', () => {
  const pixel = { data: new Uint8Array([9, 9, 9, 77]), width: 1, height: 1, channels: 4 }
  const grid = { cell: 4, left: 0, top: 0, angle: 0 }
  expect([...gridMask({ fill: [1, 2, 3] }).apply(pixel, grid).data]).toEqual([1, 2, 3, 77])
  expect(gridMask().apply(picture, null)).toBe(picture)
})

test('bad options are refused', () => {
  for (const options of [
    { d1: 0 },
    { d2: 96 },
    { rotate: 0 },
    { ratio: 2 },
    { mode: 2 as 1 },
    { p: -1 },
    { rampEpochs: -1 },
    { fill: [] },
  ]) {
    expect(() => gridMask(options)).toThrow(Object.keys(options)[0])
  }
})

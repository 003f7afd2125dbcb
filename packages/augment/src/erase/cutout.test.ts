import { createRng, isClasError } from '@clas/core'
import { expect, test } from 'vitest'
import { cutout, type Rectangle } from '../index.ts'
import { expectDistribution } from './distribution.test-helper.ts'
import { bytesOf, floatPicture, picture, reference } from './reference.test-helper.ts'
import { scriptedRng } from './scripted-rng.test-helper.ts'

test.each(reference.cutout)('with the draws of PaddleClas it makes the same picture: $options', (one) => {
  const transform = cutout({ ...one.options, fill: 'random' })
  const parameters = transform.sample(scriptedRng(one.draws), picture)
  expect(transform.apply(picture, parameters).data).toEqual(bytesOf(one.output))
})

test('holes are where those of PaddleClas are, over many draws', () => {
  const transform = cutout({ length: 24 })
  const rng = createRng(3)
  const holes = Array.from({ length: 10_000 }, (): Rectangle => {
    const [hole] = transform.sample(rng, { width: 48, height: 64, channels: 3 }).holes
    return hole ?? expect.unreachable()
  })
  for (const [name, expected] of Object.entries(reference.distributions.cutout)) {
    expectDistribution(
      holes.map((hole) => hole[name as keyof Rectangle]),
      expected,
      name,
    )
  }
})

test('fills with black, a value or a colour; alpha stays', () => {
  const holes = (fill: number | number[]) => ({ holes: [{ left: 0, top: 0, width: 1, height: 1, fill }] })
  const pixel = { data: new Uint8Array([9, 9, 9, 77]), width: 1, height: 1, channels: 4 }
  expect([...cutout().apply(pixel, holes(0)).data]).toEqual([0, 0, 0, 77])
  expect([...cutout().apply(pixel, holes([1, 2, 3])).data]).toEqual([1, 2, 3, 77])
  expect(cutout({ fill: -0.5 }).apply(floatPicture, holes(-0.5)).data[0]).toBe(-0.5)
  const [hole] = cutout().sample(createRng(1), picture).holes
  expect(hole?.fill).toBe(0)
})

test('a view on a larger buffer stays as it was', () => {
  const data = Buffer.from([5, 6, 7])
  const result = cutout({ length: 9 }).apply(
    { data, width: 3, height: 1, channels: 1 },
    { holes: [{ left: 0, top: 0, width: 3, height: 1, fill: 0 }] },
  )
  expect([...data]).toEqual([5, 6, 7])
  expect([...result.data]).toEqual([0, 0, 0])
})

test('bad options are refused, and a fill for other channels', () => {
  for (const options of [{ nHoles: 0 }, { nHoles: 1.5 }, { length: 0 }, { fill: Number.NaN }, { fill: [] }]) {
    expect(() => cutout(options)).toThrow(Object.keys(options)[0])
  }
  const transform = cutout({ fill: [1, 2] })
  try {
    transform.apply(picture, transform.sample(createRng(1), picture))
    expect.unreachable()
  } catch (error) {
    expect(isClasError(error) && error.code).toBe('shape-mismatch')
  }
})

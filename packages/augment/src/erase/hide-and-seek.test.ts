import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { hideAndSeek } from '../index.ts'
import { expectDistribution, meanOf } from './distribution.test-helper.ts'
import { bytesOf, reference } from './reference.test-helper.ts'
import { scriptedRng } from './scripted-rng.test-helper.ts'

const SIZES = [0, 16, 32, 44, 56]

test.each(reference.hideAndSeek)('with the draws of PaddleClas it makes the same picture: size $draws.0', (one) => {
  const [size = 0, ...chances] = one.draws
  const image = { data: bytesOf(one.picture), width: one.side, height: one.side, channels: 1 }
  const transform = hideAndSeek()
  const parameters = transform.sample(scriptedRng([SIZES.indexOf(size), ...chances]), image)
  expect(transform.apply(image, parameters).data).toEqual(bytesOf(one.output))
})

test('as much is hidden as in PaddleClas, over many draws', () => {
  const transform = hideAndSeek()
  const rng = createRng(8)
  const image = { data: new Uint8Array(224 * 224).fill(1), width: 224, height: 224, channels: 1 }
  const parts = Array.from({ length: 2500 }, () => {
    const { data } = transform.apply(image, transform.sample(rng, image))
    return 1 - meanOf(data)
  })
  expectDistribution(parts, reference.distributions.hideAndSeek.part, 'the hidden part')
})

test('the whole of a picture that is not square can be hidden', () => {
  const image = { data: new Uint8Array(40 * 7 * 3).fill(1), width: 40, height: 7, channels: 3 }
  const transform = hideAndSeek({ gridSizes: [16], hiddenPart: 1, fill: [4, 5, 6] })
  const parameters = transform.sample(createRng(1), image)
  expect(parameters).toEqual({ gridSize: 16, hidden: [0, 1, 2] })
  expect([...transform.apply(image, parameters).data]).toEqual(Array.from({ length: 280 }, () => [4, 5, 6]).flat())
})

test('bad options are refused', () => {
  for (const options of [{ gridSizes: [] }, { gridSizes: [-1] }, { gridSizes: [2.5] }, { hiddenPart: 1.1 }]) {
    expect(() => hideAndSeek(options)).toThrow(Object.keys(options)[0])
  }
})

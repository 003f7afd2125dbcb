import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { type Distribution, expectDistribution } from '../erase/distribution.test-helper.ts'
import { readFixture } from '../geometry/differences.test-helper.ts'
import {
  blurImage,
  colorJitter,
  gaussianBlur,
  gaussianNoise,
  jpegCompression,
  lighting,
  motionBlur,
  pcaLighting,
  randomGamma,
  randomGrayscale,
  type Transform,
} from '../index.ts'

const { distributions } = readFixture<{
  distributions: Readonly<
    Record<'colorJitter' | 'blurImage' | 'pcaLighting', Readonly<Record<string, Distribution>>> &
      Record<'randomGrayscale' | 'gaussianBlur' | 'jpeg' | 'gaussianNoise', Distribution>
  >
}>('color.json')

const info = { width: 8, height: 8, channels: 3 }

function draw<P>(transform: Transform<P>, count = 10_000): P[] {
  const rng = createRng(3)
  return Array.from({ length: count }, () => transform.sample(rng, info))
}

function reference(group: 'colorJitter' | 'blurImage' | 'pcaLighting', name: string): Distribution {
  return distributions[group][name] as Distribution
}

test("ColorJitter's amounts and their order are distributed as PaddleClas's", () => {
  const names = ['brightness', 'contrast', 'saturation', 'hue']
  const drawn = draw(colorJitter({ p: 0.7, brightness: 0.4, contrast: 0.6, saturation: 1.5, hue: 0.1 }))
  for (const name of names) {
    const amounts = drawn.flatMap(({ steps }) => steps.flatMap((step) => (step.change === name ? [step.amount] : [])))
    expectDistribution(amounts, reference('colorJitter', name), name)
  }
  const orders = drawn.map(({ steps }) => Number(`0${steps.map(({ change }) => names.indexOf(change)).join('')}`))
  expectDistribution(orders, reference('colorJitter', 'order'), 'order')
})

test("BlurImage's kinds, sizes and angles are distributed as PaddleClas's", () => {
  const drawn = draw(blurImage())
  const kinds = drawn.map((blur) => (blur === null ? 0 : blur.method === 'gaussian' ? 1 : 2))
  expectDistribution(kinds, reference('blurImage', 'kind'), 'kind')
  const gaussian = drawn.flatMap((blur) => (blur?.method === 'gaussian' ? [blur.kernelSize] : []))
  const motion = drawn.flatMap((blur) => (blur?.method === 'motion' ? [blur] : []))
  const values = {
    width: gaussian.map(([width]) => width),
    height: gaussian.map(([, height]) => height),
    size: motion.map(({ kernelSize }) => kernelSize),
    angle: motion.map(({ angle }) => angle),
  }
  for (const [name, found] of Object.entries(values)) expectDistribution(found, reference('blurImage', name), name)
})

test("PCALighting adds colours that are distributed as PaddleClas's; Lighting 255 times as much to bytes", () => {
  const black = { data: new Float32Array(3), width: 1, height: 1, channels: 3 }
  const shifts = draw(pcaLighting()).map((parameters) => pcaLighting().apply(black, parameters).data)
  for (const [channel, name] of ['red', 'green', 'blue'].entries()) {
    const found = shifts.map((shift) => shift[channel] as number)
    expectDistribution(found, reference('pcaLighting', name), name, 1 / 8)
  }
  const grey = { data: new Uint8Array([100, 100, 100]), width: 1, height: 1, channels: 3 }
  const alpha = [-0.2, 0.5, 1] as const
  const shift = Array.from(pcaLighting().apply(black, { alpha }).data, (value) => Math.round(100 + 255 * value))
  expect(Array.from(lighting().apply(grey, { alpha }).data)).toEqual(shift)
  expect(pcaLighting().apply(grey, { alpha }).data).toEqual(grey.data)
})

test("RandomGrayscale's part is PaddleClas's", () => {
  const changed = draw(randomGrayscale({ p: 0.2 })).map((parameters) => Number(parameters.changed))
  expectDistribution(changed, distributions.randomGrayscale, 'changed')
})

test("GaussianBlur's sigma and JpegCompression's quality are distributed as torchvision's", () => {
  const sigmas = draw(gaussianBlur({ kernelSize: 3 })).map(({ sigma }) => sigma)
  expectDistribution(sigmas, distributions.gaussianBlur, 'sigma')
  const qualities = draw(jpegCompression({ quality: [40, 90] })).map(({ quality }) => quality)
  expectDistribution(qualities, distributions.jpeg, 'quality')
})

test("GaussianNoise is distributed as torchvision's, is another for each picture, and leaves alpha", () => {
  const noise = gaussianNoise({ mean: 0.02, sigma: 0.05 })
  const grey = { data: new Uint8Array(200 * 200).fill(128), width: 200, height: 200, channels: 1 }
  const [first, second] = draw(noise, 2) as [{ key: readonly [number, number] }, { key: readonly [number, number] }]
  const noisy = noise.apply(grey, first).data
  expectDistribution(
    Array.from(noisy, (value) => value - 128),
    distributions.gaussianNoise,
    'noise',
    1 / 8,
  )
  expect(noise.apply(grey, second).data).not.toEqual(noisy)
  const opaque = { data: new Uint8Array(64).fill(200), width: 4, height: 4, channels: 4 }
  expect(noise.apply(opaque, first).data.filter((_, i) => i % 4 === 3)).toEqual(new Uint8Array(16).fill(200))
})

test("MotionBlur's sizes are odd and in the range with both ends, RandomGamma's exponents in theirs", () => {
  const sizes = new Set(draw(motionBlur({ kernelSize: [3, 9] }), 200).map(({ kernelSize }) => kernelSize))
  expect([...sizes].sort()).toEqual([3, 5, 7, 9])
  const gammas = draw(randomGamma({ gamma: [0.5, 0.7], p: 0.5 })).map(({ gamma }) => gamma)
  const changed = gammas.filter((gamma) => gamma !== 1)
  expect(Math.abs(changed.length / gammas.length - 0.5)).toBeLessThan(0.02)
  expect(changed.every((gamma) => gamma >= 0.5 && gamma <= 0.7)).toBe(true)
})

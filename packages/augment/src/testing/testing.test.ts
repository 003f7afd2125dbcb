import { checkBatchTransform, checkTransform } from '@clas/augment/testing'
import { expect, test } from 'vitest'
import { type BatchTransform, type Image, mixup, type Transform } from '../index.ts'

type Parts = Partial<Transform<unknown>>
const negative = (data: Image['data']) => data.map((value) => 255 - value)
/** Keeps the contract but for what is given. */
const transform = (parts: Parts): Transform => ({
  name: 'Probe',
  sample: (rng) => ({ shift: rng.integer(0, 9) }),
  apply: (image) => ({ ...image, data: negative(image.data) }),
  ...parts,
})

test('what keeps the contract passes', () => {
  expect(() => checkTransform(transform({}))).not.toThrow()
})

let calls = 0
const broken: Record<string, [Parts, RegExp]> = {
  'a size that is not told': [
    { apply: (image) => ({ ...image, width: 1, height: 1, data: image.data.slice(0, image.channels) }) },
    /1×9×1.*without outputInfo it must stay 1×9×1/,
  ],
  'a size that is told wrongly': [
    { outputInfo: (info) => ({ ...info, width: info.width + 1 }) },
    /the result is 1×1×1, outputInfo says 2×1×1/,
  ],
  'too few values': [{ apply: (image) => ({ ...image, data: image.data.slice(1) }) }, /has 0 values, its size needs 1/],
  'another type': [
    { apply: (image) => ({ ...image, data: Float32Array.from(image.data) }) },
    /a Float32Array, expected Uint8Array/,
  ],
  'a changed input': [
    {
      apply: (image) => {
        image.data.fill(7)
        return image
      },
    },
    /apply changed its input/,
  ],
  'a value that is no number': [
    { apply: (image) => ({ ...image, data: image.data.map((value) => (value < 0 ? Number.NaN : value)) }) },
    /float32\): the result has a value that is no finite number/,
  ],
  'parameters that are no JSON': [{ sample: () => new Float32Array(2) }, /must be plain JSON/],
  'parameters that are not finite': [{ sample: () => ({ angle: Number.POSITIVE_INFINITY }) }, /must be plain JSON/],
  'a draw that the seed does not decide': [
    { sample: () => ({ call: calls++ }) },
    /the same seed drew other parameters/,
  ],
  'a place that gets other values': [
    { applyInto: (_, __, out) => out.fill(1) },
    /applyInto writes other values than apply makes/,
  ],
  'a focus on too little': [
    {
      apply: (image) => ({ ...image, data: image.data.map((value) => value + image.width) }),
      focus: (parameters) => ({ region: { left: 0, top: 0, width: 1, height: 1 }, parameters }),
    },
    /focus names gives another picture/,
  ],
  'randomness in apply': [
    { apply: (image) => ({ ...image, data: image.data.map(() => calls++ % 251) }) },
    /again, after a way through JSON, gave another picture/,
  ],
  'an error for one channel': [
    {
      apply: (image) => {
        if (image.channels !== 3) throw new Error('three channels')
        return image
      },
    },
    /three channels/,
  ],
  'a description that nothing is registered for': [
    { describe: () => ({ name: 'Probe', options: {} }) },
    /'Probe' isn't registered in transforms/,
  ],
  'a description of something else': [
    { describe: () => ({ name: 'RandFlipImage', options: {} }) },
    /rebuilt from its description it draws other parameters/,
  ],
  'a description that is no JSON': [
    { describe: () => ({ name: 'Probe', options: { f: () => 1 } }) },
    /by its description: it must be plain JSON/,
  ],
}

test.each(Object.entries(broken))('%s is told', (_, [parts, message]) => {
  expect(() => checkTransform(transform(parts))).toThrow(message)
})

test('options narrow what is checked', () => {
  const threeChannels = transform({
    apply: (image) => {
      if (image.channels !== 3 || image.width < 6) throw new Error('refused')
      return { ...image, data: Float32Array.from(image.data) }
    },
  })
  expect(() => checkTransform(threeChannels, { channels: [3], least: 6, makesFloat32: true })).not.toThrow()
})

test('float32 pictures may be refused, but by name', () => {
  const refusing = (message: string) =>
    transform({
      apply: (image) => {
        if (image.data instanceof Float32Array) {
          throw Object.assign(new Error(message), { name: 'ClasError', code: 'shape-mismatch' })
        }
        return image
      },
    })
  expect(() => checkTransform(refusing('Probe: takes 8 bits'))).not.toThrow()
  expect(() => checkTransform(refusing('no'))).toThrow('no')
})

type BatchParts = Partial<BatchTransform<unknown>>
const batchTransform = (parts: BatchParts): BatchTransform => ({
  name: 'Probe',
  sample: (rng) => ({ part: rng.next() }),
  apply: (batch) => ({ ...batch, images: batch.images.map((value) => value / 2) }),
  ...parts,
})
const brokenBatches: Record<string, [BatchParts, RegExp]> = {
  'a changed input': [
    {
      apply: (batch) => {
        batch.labels.fill(1)
        return batch
      },
    },
    /apply changed its input/,
  ],
  'a label that is no distribution': [
    { apply: (batch) => ({ ...batch, labels: batch.labels.map((value) => value / 2) }) },
    /a label must stay a distribution, found \[0.25, 0.125, 0.125\]/,
  ],
  'another shape': [{ apply: (batch) => ({ ...batch, shape: [1, 1, 1, 3] }) }, /the shape must stay/],
  'fewer values': [{ apply: (batch) => ({ ...batch, images: batch.images.slice(1) }) }, /it has 0 values/],
  'parameters that are no JSON': [{ sample: () => Uint32Array.of(1) }, /must be plain JSON/],
  'randomness in apply': [
    { apply: (batch) => ({ ...batch, images: batch.images.map(() => calls++) }) },
    /gave another batch/,
  ],
  'a description that nothing is registered for': [
    { describe: () => ({ name: 'Probe', options: {} }) },
    /isn't registered in batchTransforms/,
  ],
}

test('a batch transform that keeps the contract passes', () => {
  expect(() => checkBatchTransform(batchTransform({}))).not.toThrow()
  expect(() => checkBatchTransform(mixup())).not.toThrow()
})

test.each(Object.entries(brokenBatches))('of batches, %s is told', (_, [parts, message]) => {
  expect(() => checkBatchTransform(batchTransform(parts))).toThrow(message)
})

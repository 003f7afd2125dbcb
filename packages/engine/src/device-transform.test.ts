import {
  type BatchTransform,
  compose,
  cropImage,
  type ImageBatch,
  mixup,
  normalizeImage,
  type Pipeline,
  randCropImage,
  randCropImageV2,
  randFlipImage,
  randomCropImage,
} from '@clas/augment'
import { createRng } from '@clas/core'
import { arraySource, createLoader, type LoadedBatch, type Loader } from '@clas/data'
import { useBackend } from '@clas/kernels'
import { BACKENDS_UNDER_TEST, expectClose, expectNoLeaks } from '@clas/testkit'
import { describe, expect, it } from 'vitest'
import { deviceTransform } from './device-transform.ts'

const [COUNT, HEIGHT, WIDTH, CHANNELS] = [7, 9, 8, 3]
const size = HEIGHT * WIDTH * CHANNELS
const data = Uint8Array.from({ length: COUNT * size }, (_, i) => (i * 37 + Math.floor(i / size) * 11) % 256)
const source = arraySource({
  images: { data, shape: [COUNT, HEIGHT, WIDTH, CHANNELS] },
  labels: Array.from({ length: COUNT }, (_, i) => i % 3),
})
const rng = createRng(5)
const stored = (): Loader => createLoader(source, { batchSize: 4, rng: createRng(1) })

/** What the transforms make of a batch on the processor, with the streams that the device's are documented to draw from. */
async function onProcessor(
  { images, labels, epoch, batch }: LoadedBatch,
  transform: Pipeline,
  batchTransform: BatchTransform | undefined,
): Promise<ImageBatch> {
  const values = (await images.data()) as Float32Array
  const stream = rng.fork('epoch', epoch, 'batch', batch)
  const results = Array.from({ length: images.shape[0] as number }, (_, place) => {
    const picture = values.subarray(place * size, (place + 1) * size)
    const image = { data: Uint8Array.from(picture), width: WIDTH, height: HEIGHT, channels: CHANNELS }
    return transform.run(image, stream.fork(place), epoch).image
  })
  const [{ width, height, channels }] = results as [(typeof results)[0]]
  const plain: ImageBatch = {
    images: Float32Array.from(results.flatMap((image) => [...image.data])),
    labels: (await labels.data()) as Float32Array,
    shape: [results.length, height, width, channels],
  }
  const info = { batch: results.length, classes: 3, height, width, epoch }
  return batchTransform ? batchTransform.apply(plain, batchTransform.sample(stream, info)) : plain
}

describe.each(BACKENDS_UNDER_TEST)('deviceTransform on %s', (backend) => {
  const cases: [string, Pipeline, BatchTransform?][] = [
    ['normalises', compose([normalizeImage()])],
    ['normalises by one number', compose([normalizeImage({ scale: 1, mean: 128, std: 64 })])],
    ['flips some', compose([randFlipImage()])],
    ['flips some both ways', compose([randFlipImage({ flipCode: -1 })])],
    ['flips all upside down', compose([randFlipImage({ flipCode: 0, p: 1 })])],
    ['crops the middle', compose([cropImage({ size: [5, 4] })])],
    ['crops anywhere', compose([randomCropImage({ size: [6, 3] }), randCropImageV2({ size: 3 })])],
    ['mixes', compose([]), mixup({ alpha: 0.4 })],
    ['mixes some', compose([]), mixup({ p: 0.5 })],
    ['does all', compose([randomCropImage({ size: 6 }), randFlipImage(), normalizeImage()]), mixup()],
  ]

  it.each(cases)('%s as on the processor', async (_, transform, batchTransform) => {
    await useBackend(backend)
    const loader = deviceTransform(stored(), { transform, rng, ...(batchTransform && { batchTransform }) })
    const expected: ImageBatch[] = []
    for await (using batch of stored().batches({ epochs: 2 })) {
      expected.push(await onProcessor(batch, transform, batchTransform))
    }
    await expectNoLeaks(async () => {
      let step = 0
      for await (using batch of loader.batches({ epochs: 2 })) {
        const { images, labels, shape } = expected[step++] as ImageBatch
        expect(batch.images.shape).toEqual(shape)
        expect(batch.step).toBe(step - 1)
        expectClose(await batch.images.data(), images)
        expectClose(await batch.labels.data(), labels)
      }
      expect(step).toBe(4)
    })
  })

  it('goes on where it stopped, and ends with its loader', async () => {
    await useBackend(backend)
    const transform = compose([randomCropImage({ size: 4 }), randFlipImage()])
    const loader = deviceTransform(stored(), { transform, rng })
    const all: number[][] = []
    for await (using batch of loader.batches({ epochs: 2 })) all.push([...(await batch.images.data())])
    expect(loader.state).toEqual({ epoch: 2, batch: 0 })
    const rest: number[][] = []
    for await (using batch of loader.batches({ epochs: 2, from: { epoch: 1, batch: 0 } })) {
      rest.push([...(await batch.images.data())])
    }
    expect(rest).toEqual(all.slice(2))
    await loader.close()
    await expect(loader.batches().next()).rejects.toMatchObject({ code: 'usage' })
  })
})

it('refuses transforms that have no tensor operations, and crops that are too large', async () => {
  await useBackend('cpu')
  const bad = (name: string) =>
    expect.objectContaining({ code: 'bad-option', fields: expect.objectContaining({ transform: name }) })
  const refused: readonly (readonly [string, Pipeline])[] = [
    ['RandCropImage', compose([randCropImage({ size: 4 })])],
    ['Compose', compose([compose([randFlipImage()])])],
  ]
  for (const [name, transform] of refused)
    expect(() => deviceTransform(stored(), { transform, rng })).toThrow(bad(name))
  const batchTransform = { ...mixup(), name: 'Other' }
  expect(() => deviceTransform(stored(), { batchTransform, rng })).toThrow(bad('Other'))
  const large = deviceTransform(stored(), { transform: compose([cropImage({ size: 20 })]), rng })
  await expect(large.batches().next()).rejects.toMatchObject({ code: 'shape-mismatch' })
})

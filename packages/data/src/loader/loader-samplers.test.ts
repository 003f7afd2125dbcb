import '@tensorflow/tfjs-backend-cpu'
import { type BatchTransform, compose, defineTransform, type Image } from '@clas/augment'
import { createRng } from '@clas/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BatchSampler } from '../samplers/batch-sampler.ts'
import { progressiveSize } from '../samplers/progressive-size.ts'
import { sequential } from '../samplers/sampler.ts'
import { arraySource } from '../sources/array-source.ts'
import type { Source } from '../sources/source.ts'
import { createLoader } from './loader.ts'
import type { BatchesOptions, Loader, TransformFor } from './loader-types.ts'

beforeAll(() => setBackend('cpu'))

/** Picture i is one pixel of value i. */
const source = arraySource({
  images: { data: Uint8Array.from({ length: 6 }, (_, i) => i), shape: [6, 1, 1, 1] },
  labels: [0, 1, 0, 1, 0, 1],
})

interface Seen {
  readonly shape: readonly number[]
  readonly images: readonly number[]
  readonly labels: readonly number[]
}

async function all(loader: Loader, options?: BatchesOptions): Promise<Seen[]> {
  const list: Seen[] = []
  for await (using batch of loader.batches(options)) {
    const { images, labels } = batch
    list.push({ shape: images.shape, images: [...(await images.data())], labels: [...(await labels.data())] })
  }
  return list
}

/** Makes a picture of a size, of which each value is what `value` says. */
const filled = (size: number, value: (image: Image, drawn: number, epoch: number) => number) =>
  defineTransform({
    name: 'Filled',
    sample: (rng, { epoch = -1 }) => ({ drawn: rng.next(), epoch }),
    apply: (image: Image, { drawn, epoch }) => {
      const data = new Float32Array(size * size).fill(value(image, drawn, epoch))
      return { data, width: size, height: size, channels: 1 }
    },
  })

describe('samplers of batches', () => {
  it('say the size to the transform, and positions can be resumed', async () => {
    const batches = progressiveSize({ sampler: sequential(6), batchSize: 4, sizes: [2, 3], epochs: 4 })
    const transform: TransformFor = ({ size, epoch }) =>
      compose([filled(size as number, ({ data }) => 10 * epoch + (data[0] as number))])
    const loader = createLoader(source, { batches, transform, rng: createRng(1) })
    const seen = await all(loader, { epochs: 3 })
    expect(loader.stepsPerEpoch).toBe(2)
    expect(seen.map(({ shape }) => shape)).toEqual(
      [4, 2, 4, 2, 4, 2].map((count, i) => [count, i < 4 ? 2 : 3, i < 4 ? 2 : 3, 1]),
    )
    expect(seen[3]?.images).toEqual([14, 14, 14, 14, 15, 15, 15, 15])
    expect(await all(loader, { epochs: 3, from: { epoch: 1, batch: 1 } })).toEqual(seen.slice(3))
  })

  it('may have a picture twice, which is augmented in another way', async () => {
    const batches: BatchSampler = {
      length: 4,
      stepsPerEpoch: 2,
      batches: () => [
        { indices: Uint32Array.of(3, 3), repeats: Uint32Array.of(0, 1) },
        { indices: Uint32Array.of(3, 4), repeats: Uint32Array.of(2, 0) },
      ],
    }
    const transform = compose([filled(1, (_, drawn) => drawn)])
    const [first, second] = await all(createLoader(source, { batches, transform, rng: createRng(1) }))
    expect(new Set([...(first?.images ?? []), ...(second?.images ?? [])]).size).toBe(4)
  })

  it('need at least one batch', () => {
    const batches = { length: 0, stepsPerEpoch: 0, batches: () => [] }
    const create = () => createLoader(source, { batches, rng: createRng(1) })
    expect(create).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})

describe('a loader', () => {
  it('tells transforms and batch transforms the epoch', async () => {
    const transform = compose([filled(1, (_, __, epoch) => epoch)])
    const batchTransform: BatchTransform<number> = {
      name: 'Epoch',
      sample: (_, { epoch = -1 }) => epoch,
      apply: (batch, epoch) => ({ ...batch, images: batch.images.map((value) => value + 100 * epoch) }),
    }
    const options = { batchSize: 6, transform, batchTransform, rng: createRng(1) }
    const seen = await all(createLoader(source, options), { epochs: 3 })
    expect(seen.map(({ images }) => images[0])).toEqual([0, 101, 202])
  })

  it("takes a source's own rows of labels", async () => {
    const rows = [
      [1, 1],
      [0, 0.5],
    ]
    const multiLabel: Source = { ...source, targets: (index) => rows[index % 2] as number[] }
    const [batch] = await all(createLoader(multiLabel, { batchSize: 3, shuffle: false, rng: createRng(1) }))
    expect(batch?.labels).toEqual([1, 1, 0, 0.5, 1, 1])
    const wrong: Source = { ...source, targets: () => [1, 0, 0] }
    const error = { code: 'shape-mismatch', message: 'picture 0 has 3 labels; with 2 classes a row has 2' }
    const loader = createLoader(wrong, { batchSize: 3, shuffle: false, rng: createRng(1) })
    await expect(all(loader)).rejects.toMatchObject(error)
  })

  it('says who waits for whom', async () => {
    const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
    const slow: Source = { ...source, read: (index) => pause(10).then(() => source.read(index)) }
    const starving = createLoader(slow, { batchSize: 2, rng: createRng(1) })
    await all(starving, { epochs: 2 })
    const starved = starving.stats()
    expect(starved).toMatchObject({ pictures: 12, bottleneck: 'loader', decoding: 0 })
    expect(starved.networkWaited).toBeGreaterThan(starved.loaderWaited)
    expect(starved.reading).toBeGreaterThan(0.1)
    expect(starved.picturesPerSecond).toBeCloseTo(12 / starved.seconds)

    const waiting = createLoader(source, { batchSize: 2, rng: createRng(1) })
    for await (using _ of waiting.batches({ epochs: 3 })) await pause(10)
    const { networkWaited, loaderWaited, bottleneck } = waiting.stats()
    expect(bottleneck).toBe('network')
    expect(loaderWaited).toBeGreaterThan(0.03)
    expect(loaderWaited).toBeGreaterThan(networkWaited)
  })
})

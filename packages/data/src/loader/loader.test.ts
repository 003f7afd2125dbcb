import '@tensorflow/tfjs-backend-cpu'
import { type BatchTransform, compose, defineTransform, type Image, type Pipeline } from '@clas/augment'
import { ClasError, createRng } from '@clas/core'
import { expectNoLeaks } from '@clas/testkit'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { arraySource } from '../sources/array-source.ts'
import type { Source } from '../sources/source.ts'
import { createLoader } from './loader.ts'
import type { BatchesOptions, EvenBatches, LoadedBatch, Loader, LoaderSettings } from './loader-types.ts'

beforeAll(() => setBackend('cpu'))

const COUNT = 10
const classes = ['even', 'odd']
/** Picture i is one pixel of value i. */
const source = arraySource({
  images: { data: Uint8Array.from({ length: COUNT }, (_, i) => i), shape: [COUNT, 1, 1, 1] },
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 2),
  classes,
})

/** Adds a random fraction, so that a value tells the picture and its stream. */
const fraction: Pipeline = compose([
  defineTransform({
    name: 'Fraction',
    sample: (rng) => rng.uniform(0, 0.5),
    apply: (image: Image, by: number) => ({ ...image, data: Float32Array.from(image.data, (value) => value + by) }),
  }),
])

type Options = Partial<LoaderSettings & EvenBatches>
const loaderOf = (options: Options = {}, from: Source = source): Loader =>
  createLoader(from, { batchSize: 4, rng: createRng(5), transform: fraction, ...options })

interface Seen {
  readonly place: readonly [epoch: number, batch: number, step: number]
  readonly indices: readonly number[]
  readonly images: readonly number[]
  readonly labels: readonly number[]
}

async function seen({ epoch, batch, step, indices, images, labels }: LoadedBatch): Promise<Seen> {
  return {
    place: [epoch, batch, step],
    indices,
    images: [...(await images.data())],
    labels: [...(await labels.data())],
  }
}

async function all(loader: Loader, options?: BatchesOptions): Promise<Seen[]> {
  const list: Seen[] = []
  for await (using batch of loader.batches(options)) list.push(await seen(batch))
  return list
}

const allIndices = async (loader: Loader): Promise<number[]> => (await all(loader)).flatMap(({ indices }) => indices)

describe('batches', () => {
  it('hold float32 pictures, one-hot labels and their place', async () => {
    const loader = loaderOf({ shuffle: false })
    expect([loader.stepsPerEpoch, loader.length, loader.classes]).toEqual([3, 10, classes])
    const shapes: unknown[] = []
    for await (using batch of loader.batches())
      shapes.push([batch.images.shape, batch.images.dtype, batch.labels.shape])
    expect(shapes).toEqual([
      [[4, 1, 1, 1], 'float32', [4, 2]],
      [[4, 1, 1, 1], 'float32', [4, 2]],
      [[2, 1, 1, 1], 'float32', [2, 2]],
    ])
    const list = await all(loader)
    expect(list.map(({ place }) => place)).toEqual([
      [0, 0, 0],
      [0, 1, 1],
      [0, 2, 2],
    ])
    expect(list[2]?.indices).toEqual([8, 9])
    expect(list[2]?.images.map(Math.floor)).toEqual([8, 9])
    expect(list[2]?.labels).toEqual([1, 0, 0, 1])
  })

  it('have all pictures once per epoch, in another order and with other random numbers each time', async () => {
    const list = await all(loaderOf(), { epochs: 2 })
    const values = [0, 1].map((epoch) => list.filter(({ place }) => place[0] === epoch).flatMap(({ images }) => images))
    const pictures = values.map((epoch) => epoch.map(Math.floor))
    const sorted = Array.from({ length: COUNT }, (_, i) => i)
    expect(pictures.map((epoch) => epoch.toSorted((a, b) => a - b))).toEqual([sorted, sorted])
    expect(pictures[0]).not.toEqual(pictures[1])
    expect(new Set(values.flat().map((value) => value % 1)).size).toBe(2 * COUNT)
  })

  it('leave out the partial last batch on demand', async () => {
    const loader = loaderOf({ dropLast: true })
    expect(loader.stepsPerEpoch).toBe(2)
    expect((await all(loader, { epochs: 2 })).map(({ place }) => place[2])).toEqual([0, 1, 2, 3])
    expect(() => loaderOf({ dropLast: true, batchSize: 11 })).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })

  it('do not depend on how many are made ahead', async () => {
    const expected = await all(loaderOf(), { epochs: 3 })
    for (const prefetch of [0, 1, 7, 100]) expect(await all(loaderOf({ prefetch }), { epochs: 3 })).toEqual(expected)
  })

  it('follow a sampler', async () => {
    const sampler = { length: 3, order: (epoch: number) => Uint32Array.of(7, 7, epoch) }
    const list = await all(loaderOf({ sampler, batchSize: 2 }), { epochs: 2 })
    expect(list.map(({ indices }) => indices)).toEqual([[7, 7], [0], [7, 7], [1]])
  })

  it('pass through the batch transform, whose stream depends on the batch alone', async () => {
    const shift: BatchTransform<number> = {
      name: 'Shift',
      sample: (rng, { batch, classes: count }) => rng.uniform(0, 1) + batch + count,
      apply: ({ images, labels, shape }, by) => ({
        images: images.map((v) => v + by),
        labels: labels.map((v) => v / 2),
        shape,
      }),
    }
    const options = { batchTransform: shift, shuffle: false }
    const list = await all(loaderOf(options), { epochs: 2 })
    const plain = await all(loaderOf({ shuffle: false }), { epochs: 2 })
    list.forEach(({ place: [epoch, batch], images, labels }, i) => {
      const by = createRng(5).fork('epoch', epoch, 'batch', batch).uniform(0, 1) + images.length + 2
      images.forEach((value, j) => {
        expect(value).toBeCloseTo((plain[i]?.images[j] as number) + by, 5)
      })
      expect(labels).toEqual(plain[i]?.labels.map((label) => label / 2))
    })
  })
})

describe('resuming', () => {
  it('goes on from any batch as if never stopped', async () => {
    const expected = await all(loaderOf(), { epochs: 3 })
    for (let at = 0; at <= expected.length; at++) {
      const from = { epoch: Math.floor(at / 3), batch: at % 3 }
      expect(await all(loaderOf(), { epochs: 3, from })).toEqual(expected.slice(at))
    }
    expect(await all(loaderOf(), { epochs: 3, from: { epoch: 0, batch: 3 } })).toEqual(expected.slice(3))
  })

  it('has in `state` the batch after the one that was handed out', async () => {
    const loader = loaderOf()
    const states = [loader.state]
    for await (using _ of loader.batches()) states.push(loader.state)
    expect(states).toEqual([
      { epoch: 0, batch: 0 },
      { epoch: 0, batch: 1 },
      { epoch: 0, batch: 2 },
      { epoch: 1, batch: 0 },
    ])
  })
})

/** A source that takes its time, and counts the reads that are at work. */
function slow(): { readonly source: Source; readonly counts: { running: number; started: number } } {
  const counts = { running: 0, started: 0 }
  const read = async (index: number): Promise<Image> => {
    counts.running++
    counts.started++
    await new Promise((resolve) => setTimeout(resolve, 2))
    counts.running--
    return source.read(index)
  }
  return { source: { ...source, read }, counts }
}

describe('ending early', () => {
  it('leaves no tensors and nothing at work after break', async () => {
    const { source: slowSource, counts } = slow()
    const loader = loaderOf({ batchSize: 2 }, slowSource)
    await expectNoLeaks(async () => {
      for await (using batch of loader.batches({ epochs: 100 })) if (batch.step === 3) break
    })
    const { started } = counts
    expect(counts.running).toBe(0)
    expect(started).toBeLessThan(20)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(counts.started).toBe(started)
  })

  it('throws the reason of the signal', async () => {
    const { source: slowSource, counts } = slow()
    const controller = new AbortController()
    const before = memory().numTensors
    const run = async (): Promise<void> => {
      for await (using batch of loaderOf({}, slowSource).batches({ epochs: 9, signal: controller.signal })) {
        if (batch.step === 1) setTimeout(() => controller.abort(new Error('enough')), 1)
      }
    }
    await expect(run()).rejects.toThrow('enough')
    expect([counts.running, memory().numTensors]).toEqual([0, before])
  })

  it('ends generators when the loader is closed', async () => {
    const { source: slowSource, counts } = slow()
    const steps: number[] = []
    const loader = loaderOf({}, slowSource)
    for await (using batch of loader.batches({ epochs: 9 })) {
      steps.push(batch.step)
      if (batch.step === 1) await loader.close()
      if (batch.step === 1) expect(counts.running).toBe(0)
    }
    expect(steps).toEqual([0, 1])
    await expect(loader.batches().next()).rejects.toMatchObject({ code: 'usage' })
  })

  it('makes no more batches ahead than asked', async () => {
    const { source: slowSource, counts } = slow()
    const batches = loaderOf({ batchSize: 2, prefetch: 1 }, slowSource).batches({ epochs: 9 })
    const first = await batches.next()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(counts.started).toBe(4)
    first.value?.[Symbol.dispose]()
    await batches.return()
  })
})

describe('pictures that can not be decoded', () => {
  const broken = (...bad: number[]): Source => ({
    ...source,
    name: (index) => `file-${index}.jpg`,
    read(index) {
      if (!bad.includes(index)) return source.read(index)
      throw new ClasError('corrupt-image', `file-${index}.jpg can't be decoded`, { file: `file-${index}.jpg` })
    },
  })

  it('are errors that name them', async () => {
    const error = { code: 'corrupt-image', fields: { file: 'file-6.jpg' } }
    await expectNoLeaks(() => expect(all(loaderOf({}, broken(6)))).rejects.toMatchObject(error))
  })

  it('are replaced by the next in order, and told once', async () => {
    const told: string[] = []
    const options: Options = {
      shuffle: false,
      onCorrupt: 'skip',
      onSkip: (error) => told.push(String(error.fields.file)),
    }
    const loader = loaderOf(options, broken(2, 3, 9))
    expect(await allIndices(loader)).toEqual([0, 1, 4, 4, 4, 5, 6, 7, 8, 0])
    expect(await allIndices(loader)).toEqual([0, 1, 4, 4, 4, 5, 6, 7, 8, 0])
    expect(told).toEqual(['file-2.jpg', 'file-3.jpg', 'file-9.jpg'])
  })

  it('are an error when there are no others', async () => {
    const every = broken(...Array.from({ length: COUNT }, (_, i) => i))
    await expect(all(loaderOf({ onCorrupt: 'skip' }, every))).rejects.toMatchObject({ fields: { pictures: 10 } })
  })

  it('are the only errors that are skipped', async () => {
    const gone: Source = {
      ...source,
      read: () => {
        throw new ClasError('io', 'gone')
      },
    }
    await expect(all(loaderOf({ onCorrupt: 'skip' }, gone))).rejects.toMatchObject({ code: 'io' })
  })
})

describe('what does not fit', () => {
  it('is refused at once', () => {
    const sampler = { length: 1, order: () => Uint32Array.of(0) }
    const cases: Options[] = [{ batchSize: 0 }, { batchSize: 1.5 }, { prefetch: -1 }, { shuffle: true, sampler }]
    for (const options of cases)
      expect(() => loaderOf(options)).toThrow(expect.objectContaining({ code: 'bad-option' }))
    const empty = { ...source, length: 0 }
    expect(() => loaderOf({}, empty)).toThrow(expect.objectContaining({ code: 'no-images' }))
  })

  it('is refused as a position', async () => {
    for (const from of [
      { epoch: -1, batch: 0 },
      { epoch: 0, batch: 4 },
      { epoch: 0.5, batch: 0 },
    ]) {
      await expect(all(loaderOf(), { from })).rejects.toMatchObject({ code: 'bad-option' })
    }
  })

  it('names the picture on which a transform fails', async () => {
    const apply = (): never => {
      throw new ClasError('shape-mismatch', 'too small')
    }
    const transform = compose([defineTransform({ name: 'Fails', sample: () => null, apply })])
    const error = { code: 'shape-mismatch', message: 'picture 0: too small' }
    await expect(all(loaderOf({ shuffle: false, transform }))).rejects.toMatchObject(error)
  })
})

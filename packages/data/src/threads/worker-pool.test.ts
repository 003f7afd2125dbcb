import '@tensorflow/tfjs-backend-cpu'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  compose,
  defineTransform,
  type Image,
  mixup,
  normalizeImage,
  type Pipeline,
  randCropImage,
  randFlipImage,
} from '@clas/augment'
import { createRng } from '@clas/core'
import { expectNoLeaks } from '@clas/testkit'
import { setBackend } from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLoader } from '../loader/loader.ts'
import type { EvenBatches, LoadedBatch, Loader, LoaderSettings, TransformFor } from '../loader/loader-types.ts'
import type { BatchSampler } from '../samplers/batch-sampler.ts'
import { arraySource } from '../sources/array-source.ts'
import { imageFolder } from '../sources/image-folder.ts'
import type { Source } from '../sources/source.ts'
import type { BatchJob, BatchResult, SamplePool } from './pool.ts'
import { createWorkerPool } from './worker-pool.ts'
import { WorkerThread } from './worker-thread.ts'

const built = existsSync(new URL('../../dist/decode-worker.js', import.meta.url))
if (!built) console.warn('skipped: the tests of the worker pool need the build; run: npm run build')

const transform = compose([randCropImage({ size: 8 }), randFlipImage(), normalizeImage()])
let root = ''
let photos: Source

beforeAll(async () => {
  await setBackend('cpu')
  root = await mkdtemp(join(tmpdir(), 'clas-pool-'))
  const draw = async (label: string, i: number): Promise<void> => {
    await mkdir(join(root, label), { recursive: true })
    const noise = { type: 'gaussian', mean: 100 + 10 * i, sigma: 50 } as const
    const picture = sharp({ create: { width: 20 + i, height: 16, channels: 3, background: 'red', noise } })
    await picture.toFile(join(root, label, `${i}.jpg`))
  }
  for (let i = 0; i < 11; i++) await draw(i % 3 === 0 ? 'cat' : 'dog', i)
  photos = await imageFolder(root)
})
afterAll(() => rm(root, { recursive: true }))

/** All values of two epochs. */
async function values(source: Source, options: Partial<LoaderSettings & EvenBatches>): Promise<number[][]> {
  return valuesOfAll(createLoader(source, { batchSize: 4, rng: createRng(9), transform, ...options }))
}

async function valuesOfAll(loader: Loader, epochs = 2): Promise<number[][]> {
  const list: number[][] = []
  for await (using batch of loader.batches({ epochs })) list.push(await valuesOf(batch))
  return list
}

async function valuesOf({ indices, images, labels }: LoadedBatch): Promise<number[]> {
  return [...indices, ...(await images.data()), ...(await labels.data())]
}

async function withPool<T>(threads: number, f: (pool: SamplePool) => Promise<T>): Promise<T> {
  await using pool = await createWorkerPool({ threads })
  return await f(pool)
}

const invert: Pipeline = compose([
  randCropImage({ size: 8 }),
  defineTransform({
    name: 'Invert',
    sample: (rng) => rng.next(),
    apply: (image: Image, by: number) => ({ ...image, data: Float32Array.from(image.data, (value) => by - value) }),
  }),
])

describe.skipIf(!built)('createWorkerPool', () => {
  it('gives the same bits as no threads, with any number of them', async () => {
    const expected = await values(photos, {})
    for (const threads of [1, 2]) {
      expect(await withPool(threads, (pool) => values(photos, { pool }))).toEqual(expected)
    }
  })

  it('gives the same bits for pipelines and sources of an app', async () => {
    const size = 10 * 9 * 3
    const data = Uint8Array.from({ length: 11 * size }, (_, i) => (i * 31) % 256)
    const labels = Uint8Array.from({ length: 11 }, (_, i) => i % 2)
    const memory = arraySource({ images: { data, shape: [11, 10, 9, 3] }, labels })
    await withPool(2, async (pool) => {
      expect(await values(photos, { pool, transform: invert })).toEqual(await values(photos, { transform: invert }))
      expect(await values(memory, { pool })).toEqual(await values(memory, {}))
      expect(await values(memory, { pool, transform: invert })).toEqual(await values(memory, { transform: invert }))
      expect(data[size]).toBe((size * 31) % 256) // not transferred away
    })
  })

  it('passes on errors with code, file and reason', async () => {
    const folder = join(root, '..', `${root.split('/').at(-1)}-bad`)
    await mkdir(join(folder, 'cat'), { recursive: true })
    await writeFile(join(folder, 'cat', 'text.jpg'), 'not a picture')
    try {
      const bad = await imageFolder(folder)
      const file = join(folder, 'cat', 'text.jpg')
      const error = {
        name: 'ClasError',
        code: 'corrupt-image',
        message: expect.stringContaining(file),
        fields: { file },
      }
      await withPool(1, async (pool) => {
        await expect(values(bad, { pool })).rejects.toMatchObject(error)
        await rm(file)
        await expect(values(bad, { pool })).rejects.toMatchObject({ code: 'io', fields: { file } })
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('drops what was ahead after break, and the pool goes on', async () => {
    await withPool(1, async (pool) => {
      const loader = createLoader(photos, { batchSize: 4, rng: createRng(9), transform, pool, prefetch: 50 })
      await expectNoLeaks(async () => {
        for await (using _ of loader.batches({ epochs: 100 })) break
      })
      expect(await values(photos, { pool })).toEqual(await values(photos, {}))
    })
  })

  it('puts pictures and labels, mixed in the threads, in memory that is used again and never seen', async () => {
    const batchTransform = mixup({ alpha: 0.4 })
    const expected = await values(photos, { batchTransform })
    for (const threads of [1, 3]) {
      await withPool(threads, async (pool) => {
        const results: Pick<BatchResult, 'images' | 'transformed'>[] = []
        const spy: SamplePool = {
          ...pool,
          run: async (...job) => {
            const result = await pool.run(...job)
            results.push(result)
            return result
          },
        }
        const loader = createLoader(photos, {
          batchSize: 4,
          rng: createRng(9),
          transform,
          batchTransform,
          pool: spy,
          prefetch: 0,
        })
        const kept: LoadedBatch[] = []
        for await (const batch of loader.batches({ epochs: 2 })) kept.push(batch)
        expect(await Promise.all(kept.map(valuesOf))).toEqual(expected)
        for (const batch of kept) batch[Symbol.dispose]()
        // The size of the pictures is known from the second batch on.
        expect(results.map(({ images }) => images.size)).toEqual([4, 0, 0, 0, 0, 0])
        expect(results.map(({ transformed }) => transformed)).toEqual([false, true, true, true, true, true])
      })
    }
  })

  it('gives the same bits for batches of other sizes in turn, and pictures that come twice', async () => {
    const batches: BatchSampler = {
      length: 7,
      stepsPerEpoch: 3,
      batches: (epoch) => [
        { indices: Uint32Array.of(0, 1), size: 8 },
        { indices: Uint32Array.of(2 + epoch, 2 + epoch, 4), repeats: Uint32Array.of(0, 1, 0), size: [16, 12] },
        { indices: Uint32Array.of(5, 6), size: 8 },
      ],
    }
    const sized: TransformFor = ({ size = 1 }) => compose([randCropImage({ size }), normalizeImage()])
    const options = { rng: createRng(9), transform: sized, batches }
    const expected = await valuesOfAll(createLoader(photos, options))
    await withPool(2, async (pool) => {
      expect(await valuesOfAll(createLoader(photos, { ...options, pool }))).toEqual(expected)
    })
    const second = expected[1] as number[]
    expect(second.slice(3, 3 + 576)).not.toEqual(second.slice(3 + 576, 3 + 2 * 576))
  })

  it('puts others in the place of pictures that can not be decoded', async () => {
    const folder = join(root, '..', `${root.split('/').at(-1)}-broken`)
    await cp(root, folder, { recursive: true })
    for (const i of [0, 4, 7]) await writeFile(join(folder, i % 3 === 0 ? 'cat' : 'dog', `${i}.jpg`), 'not a picture')
    try {
      const broken = await imageFolder(folder)
      const options = { onCorrupt: 'skip', batchTransform: mixup() } as const
      const expected = await values(broken, options)
      for (const threads of [1, 2]) {
        expect(await withPool(threads, (pool) => values(broken, { ...options, pool }))).toEqual(expected)
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('names two pictures that differ in size', async () => {
    const message = expect.stringMatching(/one size: .*jpg is 2\d×16×3, .*jpg is 2\d×16×3/)
    await withPool(2, async (pool) => {
      const loader = createLoader(photos, { batchSize: 4, rng: createRng(9), pool })
      await expect(valuesOfAll(loader)).rejects.toMatchObject({ code: 'shape-mismatch', message })
    })
  })

  it('says where the time went', async () => {
    await withPool(2, async (pool) => {
      const loader = createLoader(photos, { batchSize: 4, rng: createRng(9), transform, pool })
      await valuesOfAll(loader, 3)
      const { pictures, seconds, picturesPerSecond, networkWaited, reading, decoding, transforming } = loader.stats()
      expect(pictures).toBe(33)
      expect(picturesPerSecond).toBeCloseTo(33 / seconds)
      expect(networkWaited).toBeLessThanOrEqual(seconds)
      for (const part of [reading, decoding, transforming]) expect(part).toBeGreaterThan(0)
    })
  })

  it('rejects jobs when it is disposed of', async () => {
    const pool = await createWorkerPool({ threads: 1 })
    const pending = expect(pool.run(jobOf(photos))).rejects.toMatchObject({ code: 'backend-unavailable' })
    await pool[Symbol.asyncDispose]()
    await pending
    await expect(pool.run(jobOf(photos))).rejects.toMatchObject({ code: 'backend-unavailable' })
  })

  it('refuses numbers of threads and seconds that are none', async () => {
    for (const options of [{ threads: 0 }, { threads: 1.5 }, { stallSeconds: 0 }]) {
      await expect(createWorkerPool(options)).rejects.toMatchObject({ code: 'bad-option' })
    }
  })

  it('lets the process exit when idle, and waits when not', async () => {
    const node = new URL('../../dist/node.js', import.meta.url).href
    const script = `
      import { createWorkerPool } from ${JSON.stringify(node)}
      const pool = await createWorkerPool({ threads: 2 })
      const { images } = await pool.run(${JSON.stringify(jobOf(photos))})
      console.log(images.get(0).height)
    `
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd,
      timeout: 30_000,
    })
    expect(stdout).toBe('16\n')
  })
})

describe('WorkerThread', () => {
  const threadOf = (onMessage: string, stallSeconds?: number): WorkerThread => {
    const text = `import { parentPort, workerData as at } from 'node:worker_threads'
      parentPort.on('message', (request) => { ${onMessage} })`
    return new WorkerThread(new URL(`data:text/javascript,${encodeURIComponent(text)}`), stallSeconds)
  }

  it.each([
    ['throws', "throw new Error('boom')", /boom/],
    ['exits', 'process.exit(3)', /code 3/],
  ])('rejects what waits when the thread %s', async (_, code, message) => {
    const thread = threadOf(code)
    const error = { code: 'backend-unavailable', message: expect.stringMatching(message) }
    const waiting = [thread.accepts([]), thread.accepts([])]
    for (const answer of await Promise.allSettled(waiting))
      expect(answer).toMatchObject({ status: 'rejected', reason: error })
    expect(thread.alive).toBe(false)
    await expect(thread.accepts([])).rejects.toMatchObject(error)
  })

  it.each([
    ['ends', 'process.exit(3)', /code 3; it was at second.jpg/],
    ['is stuck', 'for (;;);', /did nothing for 0.2 s; it was at second.jpg/],
  ])('names the picture at which a thread %s', async (_, code, message) => {
    const thread = threadOf(`at[1] = request.id; at[2] = 1; ${code}`, 0.2)
    const item = { kind: 'file', path: '' } as const
    const pictures = ['first.jpg', 'second.jpg'].map((name, place) => ({ place, index: place, repeat: 0, item, name }))
    const job = { pictures, transforms: [], stream: createRng(1).key, epoch: 0 }
    const error = {
      code: 'backend-unavailable',
      message: expect.stringMatching(message),
      fields: { picture: 'second.jpg' },
    }
    await expect(thread.run(job, new Int32Array(new SharedArrayBuffer(12)))).rejects.toMatchObject(error)
    expect(thread.alive).toBe(false)
  })
})

/** The first picture of a source. */
function jobOf(source: Source): BatchJob {
  const item = source.item?.(0)
  if (!item) throw new Error('expected an item')
  return { pictures: [{ place: 0, index: 0, repeat: 0, item, name: 'a' }], transforms: [], stream: [1, 2], epoch: 0 }
}

import '@tensorflow/tfjs-backend-cpu'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  compose,
  defineTransform,
  type Image,
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
import { arraySource } from './array-source.ts'
import { imageFolder } from './image-folder.ts'
import { createLoader } from './loader.ts'
import type { LoaderOptions } from './loader-types.ts'
import type { SamplePool } from './pool.ts'
import type { Source } from './source.ts'
import { createWorkerPool } from './worker-pool.ts'
import { WorkerThread } from './worker-thread.ts'

const built = existsSync(new URL('../dist/decode-worker.js', import.meta.url))
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
async function values(source: Source, options: Partial<LoaderOptions>): Promise<number[][]> {
  const loader = createLoader(source, { batchSize: 4, rng: createRng(9), transform, ...options })
  const list: number[][] = []
  for await (using batch of loader.batches({ epochs: 2 })) {
    list.push([...batch.indices, ...(await batch.images.data()), ...(await batch.labels.data())])
  }
  return list
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

  it('rejects jobs when it is disposed of', async () => {
    const pool = await createWorkerPool({ threads: 1 })
    const item = photos.item?.(0)
    if (!item) throw new Error('expected an item')
    const job = { item, name: 'a', transforms: [], key: createRng(1).key }
    const pending = expect(pool.load(job)).rejects.toMatchObject({ code: 'backend-unavailable' })
    await pool[Symbol.asyncDispose]()
    await pending
    await expect(pool.load(job)).rejects.toMatchObject({ code: 'backend-unavailable' })
  })

  it('refuses a number of threads that is none', async () => {
    for (const threads of [0, 1.5]) {
      await expect(createWorkerPool({ threads })).rejects.toMatchObject({ code: 'bad-option' })
    }
  })

  it('lets the process exit when idle, and waits when not', async () => {
    const node = new URL('../dist/node.js', import.meta.url).href
    const job = { item: photos.item?.(0), name: 'a', transforms: [], key: [1, 2] }
    const script = `
      import { createWorkerPool } from ${JSON.stringify(node)}
      const pool = await createWorkerPool({ threads: 2 })
      console.log((await pool.load(${JSON.stringify(job)})).height)
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
  it.each([
    ['throws', "throw new Error('boom')", /boom/],
    ['exits', 'process.exit(3)', /code 3/],
  ])('rejects what waits when the thread %s', async (_, code, message) => {
    const text = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${code} })`
    const thread = new WorkerThread(new URL(`data:text/javascript,${encodeURIComponent(text)}`))
    const error = { code: 'backend-unavailable', message: expect.stringMatching(message) }
    const waiting = [thread.accepts([]), thread.accepts([])]
    for (const answer of await Promise.allSettled(waiting))
      expect(answer).toMatchObject({ status: 'rejected', reason: error })
    expect(thread.alive).toBe(false)
    await expect(thread.accepts([])).rejects.toMatchObject(error)
  })
})

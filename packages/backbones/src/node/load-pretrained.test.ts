import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRng, disposeVariables, encodeSafetensors, type StateDict } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { loadStateDict, type StateDictLayout, stateDictShapes, toStateDict } from '@clas/nn'
import { fill } from '@clas/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PPLCNet_x0_25 } from '../models/pp-lcnet.ts'
import { encodePdparams } from '../weights/index.ts'
import { type FileServer, serve } from './file-server.test-helper.ts'
import { loadPretrained, type Pretrained } from './load-pretrained.ts'

const model = PPLCNet_x0_25()
let folder = ''
let server: FileServer
let published: StateDict
/** What the variables must be, in the layout `clas`. */
let expected: StateDict

beforeAll(async () => {
  await useBackend('cpu')
  folder = await mkdtemp(join(tmpdir(), 'clas-weights-'))
  published = filled('paddle')
  const variables = loadStateDict(model, published, { layout: 'paddle' })
  expected = await toStateDict(variables)
  disposeVariables(variables)
  server = await serve({ content: encodePdparams(published) })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

function filled(layout: StateDictLayout): StateDict {
  const shapes = Object.entries(stateDictShapes(model, layout))
  return Object.fromEntries(shapes.map(([key, shape]) => [key, { shape, data: fill(key, shape) }]))
}

async function expectPublished({ variables }: Pretrained): Promise<void> {
  const bytes = encodeSafetensors(await toStateDict(variables))
  expect(Buffer.compare(bytes, encodeSafetensors(expected))).toBe(0)
  disposeVariables(variables)
}

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

describe('published weights', () => {
  test('come from a mirror by their name, and from the cache after that', async () => {
    const options = { cacheFolder: join(folder, 'cache'), mirrors: [server.base] }
    const first = await loadPretrained(model, 'imagenet', options)
    expect(first.report).toMatchObject({
      format: 'pdparams',
      layout: 'paddle',
      adapted: [],
      initialised: [],
      leftOver: [],
      published: { model: 'PPLCNet_x0_25', weights: 'imagenet', licence: 'Apache-2.0' },
    })
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/dygraph/legendary_models/PPLCNet_x0_25_pretrained.pdparams',
    ])
    await expectPublished(first)
    await expectPublished(await loadPretrained(model, 'imagenet', { ...options, offline: true }))
    await writeFile(
      first.report.file,
      encodePdparams({ ...published, more: { shape: [1], data: new Float32Array(1) } }),
    )
    await expect(loadPretrained(model, 'imagenet', options)).rejects.toMatchObject({ code: 'corrupt-file' })
  })

  test('fit other classes and other pictures', async () => {
    const path = await put('adapt.pdparams', encodePdparams(published))
    const rng = createRng(3)
    const small = PPLCNet_x0_25({ classes: 5, inChannels: 1 })
    const { variables, report } = await loadPretrained(small, path, { rng })
    expect(report.initialised).toEqual(['fc.weight', 'fc.bias'])
    expect(report.adapted).toEqual([{ key: 'conv1.conv.weight', change: 'input channels 3 to 1' }])
    expect(report.copied).toHaveLength(Object.keys(published).length - 3)
    expect(variables.params['fc.weight']?.shape).toEqual([1280, 5])
    disposeVariables(variables)
  })
})

describe('a file on this machine', () => {
  test('is found by its path, its address, and in a folder by the name of the model', async () => {
    const path = await put('any.name', encodePdparams(published))
    await expectPublished(await loadPretrained(model, path))
    await expectPublished(await loadPretrained(model, pathToFileURL(path).href))
    await expect(loadPretrained(model, folder)).rejects.toThrow('has no weights of PPLCNet_x0_25: expected one of')
    const named = join(folder, 'PPLCNet_x0_25_pretrained.pdparams')
    await rename(path, named)
    const found = await loadPretrained(model, folder)
    expect(found.report.file).toBe(named)
    await expectPublished(found)
  })

  test('may have any layout, or be a checkpoint of training', async () => {
    await expectPublished(await loadPretrained(model, await put('clas', encodeSafetensors(expected))))
    await expectPublished(await loadPretrained(model, await put('paddle', encodeSafetensors(published))))
    const isBuffer = (key: string): boolean => /\._(mean|variance)$/.test(key)
    const checkpoint = Object.fromEntries([
      ...Object.entries(expected).map(([key, array]) => [`${isBuffer(key) ? 'buffers' : 'params'}/${key}`, array]),
      ['optimizer/fc.bias', { shape: [1], data: new Float32Array(1) }],
    ])
    const loaded = await loadPretrained(model, await put('checkpoint', encodeSafetensors(checkpoint)))
    expect(loaded.report.leftOver).toEqual([])
    await expectPublished(loaded)
    const asked = loadPretrained(model, join(folder, 'paddle'), { layout: 'clas' })
    await expect(asked).rejects.toMatchObject({ code: 'state-dict-mismatch' })
  })

  test('with another hash than the one given is refused', async () => {
    const path = await put('hashed', encodeSafetensors(expected))
    await expect(loadPretrained(model, path, { sha256: 'ab' })).rejects.toMatchObject({ code: 'corrupt-file' })
  })

  test('that is not there is an error with the names of published weights', async () => {
    await expect(loadPretrained(model, 'ssld')).rejects.toMatchObject({
      code: 'unknown-name',
      fields: { source: 'ssld', published: ['imagenet'] },
    })
  })

  test('of another model is an error that lists what does not fit', async () => {
    const other = Object.fromEntries(Object.entries(published).filter(([key]) => !key.startsWith('blocks6')))
    const failed = loadPretrained(
      model,
      await put('other', encodePdparams({ ...other, x: published['fc.bias'] as never })),
    )
    await expect(failed).rejects.toMatchObject({ code: 'state-dict-mismatch', fields: { surplus: ['x'] } })
  })
})

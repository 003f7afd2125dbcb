import { isClasError } from '@clas/core'
import { expectClose } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { KERNELS } from './contract.ts'
import { relu } from './ops/activation.ts'
import { useBackend } from './use-backend.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

test('auto takes wasm where TensorFlow is not found, and says so', async () => {
  if (tf.findBackend('tensorflow')) return console.log('skipped: TensorFlow is loaded already, so it is found')
  vi.stubEnv('CLAS_TENSORFLOW', '/nowhere')
  const { name, reason } = await useBackend()
  expect(name).toBe('wasm')
  expect(tf.getBackend()).toBe('wasm')
  expect(reason).toEqual([
    expect.stringMatching(/^tensorflow: passed over, .*pip install tensorflow-cpu/s),
    expect.stringContaining('wasm: taken'),
  ])
})

test.each([0, 1.5, Number.NaN])('%d threads are a bad option', async (threads) => {
  await expect(useBackend('cpu', { threads })).rejects.toMatchObject({ code: 'bad-option' })
  vi.stubEnv('CLAS_THREADS', String(threads))
  await expect(useBackend('cpu')).rejects.toThrow('CLAS_THREADS must be a whole number of at least 1')
})

test('switches back and forth without a word, and tensors move along', async () => {
  const warn = vi.spyOn(console, 'warn')
  await useBackend('cpu')
  const x = tf.tensor1d([-1, 2])
  for (const name of ['wasm', 'cpu', 'wasm', 'cpu'] as const) {
    expect((await useBackend(name)).name).toBe(name)
    expectClose(relu(x), [0, 2])
    expect(KERNELS.filter((kernel) => !tf.getKernel(kernel, name))).toEqual([])
  }
  expect(warn).not.toHaveBeenCalled()
})

test('passes over what fails and says why', async () => {
  await useBackend('cpu')
  vi.stubEnv('CLAS_TENSORFLOW', '/nowhere')
  vi.spyOn(tf.engine(), 'setBackend').mockImplementation(async (name) => name === 'cpu')
  const { name, reason } = await useBackend()
  expect(name).toBe('cpu')
  expect(reason).toEqual([
    expect.stringContaining('tensorflow: passed over'),
    expect.stringContaining('wasm: passed over, it could not be initialised'),
    expect.stringContaining('cpu: taken'),
  ])
})

test('says how to install what is missing', async () => {
  await useBackend('cpu')
  vi.spyOn(tf.engine(), 'setBackend').mockResolvedValue(false)
  const error = await useBackend('wasm').catch((caught: unknown) => caught)
  expect(isClasError(error) && error.code).toBe('backend-unavailable')
  expect(String(error)).toContain('npm install @tensorflow/tfjs-backend-wasm')
})

test('an unknown name is a bad option', async () => {
  await expect(useBackend('webgl' as 'cpu')).rejects.toThrow(
    "must be 'auto', 'tensorflow', 'webgpu', 'wasm' or 'cpu', found 'webgl'",
  )
})

test('an operation on a backend without the kernels says what to call', () => {
  vi.spyOn(tf.engine(), 'backendName', 'get').mockReturnValue('other')
  expect(() => relu(tf.scalar(1))).toThrow('await useBackend()')
})

test('leaves no listeners on the process', async () => {
  await useBackend('wasm')
  const sources = ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process.listeners(event as 'beforeExit').map(String),
  )
  expect(
    sources.filter((source) => source.includes('ExitStatus') || source === 'function(reason){throw reason}'),
  ).toEqual([])
})

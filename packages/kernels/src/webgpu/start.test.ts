import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { findAdapter } from './adapter.test-helper.ts'

const adapter = findAdapter('starting webgpu')

const COMPUTE = `
  import { backend, engine, ones } from '@tensorflow/tfjs-core'
  import { startWebgpu } from './start.ts'
  import { registerWebgpuKernels } from './register.ts'
  await startWebgpu()
  registerWebgpuKernels(backend())
  const attributes = { transposeA: false, transposeB: false }
  const product = engine().runKernel('ClasMatMul', { a: ones([40, 30]), b: ones([30, 20]) }, attributes)
  console.log(...(await product.data()).slice(0, 3))`

const START = `
  import { startWebgpu } from './start.ts'
  console.log((await startWebgpu().catch((error) => error)).message, 'gpu' in (globalThis.navigator ?? {}))`

/**
 * Runs code beside this file in a process of its own.
 *
 * @param stub - the source of a module that takes the place of the package `webgpu`
 */
function run(code: string, stub?: string): SpawnSyncReturns<string> {
  const hooks = `export const resolve = (name, context, next) =>
    name === 'webgpu' ? { url: ${JSON.stringify(toUrl(stub ?? ''))}, shortCircuit: true } : next(name, context)`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(toUrl(hooks))})`
  const stubbed = stub === undefined ? [] : ['--import', toUrl(register)]
  return spawnSync(process.execPath, ['--import', 'tsx', ...stubbed, '--input-type=module', '--eval', code], {
    cwd: new URL('.', import.meta.url),
    encoding: 'utf8',
    timeout: 30_000,
  })
}

function toUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`
}

test.skipIf(!adapter)('a program that computed ends by itself', () => {
  const { status, stdout } = run(COMPUTE)
  expect(stdout).toBe('30 30 30\n')
  expect(status).toBe(0)
})

test('without an adapter it says what to install, and leaves no navigator behind', () => {
  const { status, stdout } = run(
    START,
    'export const globals = {}; export const create = () => ({ requestAdapter: async () => null })',
  )
  expect(stdout).toMatch(/^no adapter was found; install .* false\n$/)
  expect(status).toBe(0)
})

test('without the package it says how to install it', () => {
  const { status, stdout } = run(START, "throw new Error('not there')")
  expect(stdout).toContain("its package webgpu can't be loaded (not there); try `npm install webgpu`")
  expect(status).toBe(0)
})

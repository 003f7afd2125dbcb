import { execFileSync } from 'node:child_process'
import { createRng } from '@clas/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { activation } from './activation.ts'
import { attention, attentionGradient } from './attention.ts'
import { attachKernels, type WasmBackend } from './backend.ts'
import { toKernelFunc, type WasmKernel } from './call.ts'
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts'
import { groupBinary, groupSum } from './groups.ts'
import { matMul } from './mat-mul.ts'
import { batchNorm, batchNormGradient, channelSum, layerNorm, layerNormGradient } from './norm.ts'
import { normActivation, normActivationGradient } from './norm-activation.ts'
import { adam, momentum } from './optimizer-steps.ts'
import { averagePool, maxPool, maxPoolGradient } from './pool.ts'
import { shareMemory, withSharedMemory } from './shared-memory.ts'
import { softmax, softmaxGradient } from './softmax.ts'
import { WORKER } from './team-worker.ts'

type Inputs = Readonly<Record<string, readonly number[]>>

const CONV = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], groups: 1 }
const STRIDED = { ...CONV, strides: [2, 2] }
const POINT = { ...CONV, pads: [0, 0, 0, 0] }
const BIG = [4, 28, 28, 64]
const NORM = { epsilon: 1e-3 }
const POOL = { size: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }

// biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own
const CASES: readonly [name: string, kernel: WasmKernel<any>, inputs: Inputs, attributes: object][] = [
  ['conv2d', conv2d, { x: BIG, filter: [3, 3, 64, 40], bias: [40] }, CONV],
  ['conv2d by columns', conv2d, { x: [1, 7, 7, 256], filter: [3, 3, 256, 601] }, CONV],
  ['conv2d of few tiles', conv2d, { x: [8, 7, 7, 128], filter: [3, 3, 128, 196] }, CONV],
  ['conv2d depthwise', conv2d, { x: BIG, filter: [3, 3, 1, 64] }, { ...CONV, groups: 64 }],
  ['conv2d in groups', conv2d, { x: BIG, filter: [3, 3, 8, 64] }, { ...CONV, groups: 8 }],
  ['dx', conv2dInputGradient, { dy: BIG, filter: [3, 3, 48, 64] }, { ...CONV, inputShape: [4, 28, 28, 48] }],
  ['dx strided', conv2dInputGradient, { dy: BIG, filter: [3, 3, 24, 64] }, { ...STRIDED, inputShape: [4, 56, 56, 24] }],
  ['dfilter', conv2dFilterGradient, { x: BIG, dy: [4, 28, 28, 96] }, { ...CONV, filterShape: [3, 3, 64, 96] }],
  [
    'dfilter of few tiles',
    conv2dFilterGradient,
    { x: [8, 7, 7, 196], dy: [8, 7, 7, 256] },
    { ...CONV, filterShape: [3, 3, 196, 256] },
  ],
  [
    'dfilter of few',
    conv2dFilterGradient,
    { x: [4, 56, 56, 9], dy: [4, 56, 56, 16] },
    { ...CONV, filterShape: [3, 3, 9, 16] },
  ],
  [
    'dfilter pointwise',
    conv2dFilterGradient,
    { x: [8, 28, 28, 64], dy: [8, 28, 28, 40] },
    { ...POINT, filterShape: [1, 1, 64, 40] },
  ],
  ['dfilter depthwise', conv2dFilterGradient, { x: BIG, dy: BIG }, { ...CONV, groups: 64, filterShape: [3, 3, 1, 64] }],
  ['matMul', matMul, { a: [333, 200], b: [200, 150] }, { transposeA: false, transposeB: false }],
  ['matMul by columns', matMul, { a: [200, 50], b: [613, 200] }, { transposeA: true, transposeB: true }],
  ['matMul of many', matMul, { a: [7, 60, 64], b: [7, 64, 80] }, { transposeA: false, transposeB: false }],
  ['channelSum', channelSum, { dy: [3001, 40] }, {}],
  ['batchNorm', batchNorm, { x: [3001, 40], gamma: [40], beta: [40] }, NORM],
  [
    'batchNormGradient',
    batchNormGradient,
    { dy: [3001, 40], x: [3001, 40], gamma: [40], mean: [40], variance: [40] },
    NORM,
  ],
  ['layerNorm', layerNorm, { x: [601, 192], gamma: [192], beta: [192] }, NORM],
  [
    'normActivation',
    normActivation,
    { x: [3001, 40], gamma: [40], beta: [40], shortcut: [3001, 40] },
    { ...NORM, kind: 'hardSwish', slope: 0, offset: 0 },
  ],
  [
    'normActivationGradient',
    normActivationGradient,
    {
      ...{ dy: [3001, 40], more: [3001, 40], x: [3001, 40], gamma: [40], beta: [40] },
      ...{ mean: [40], variance: [40] },
    },
    { ...NORM, kind: 'swish', slope: 0, offset: 0, keeps: true },
  ],
  ['product with a row for each picture', groupBinary(2), { a: [8, 30, 30, 16], b: [8, 1, 1, 16] }, {}],
  ['sum over each picture', groupSum, { x: [8, 30, 30, 16] }, { axis: [1, 2], keepDims: false }],
  [
    'layerNormGradient',
    layerNormGradient,
    { dy: [601, 192], x: [601, 192], gamma: [192], mean: [601], variance: [601] },
    NORM,
  ],
  ['activation', activation, { x: [99_999] }, { kind: 'gelu', slope: 0, offset: 0 }],
  ['maxPool', maxPool, { x: BIG }, POOL],
  ['maxPoolGradient', maxPoolGradient, { dy: [4, 14, 14, 64], x: BIG, y: [4, 14, 14, 64] }, POOL],
  ['averagePool', averagePool, { x: BIG }, POOL],
  ['attention', attention, { qkv: [3, 65, 144] }, { heads: 2, scale: 0.2 }],
  ['attentionGradient', attentionGradient, { dy: [3, 65, 48], qkv: [3, 65, 144] }, { heads: 2, scale: 0.2 }],
  ['softmax', softmax, { x: [601, 197] }, {}],
  ['softmaxGradient', softmaxGradient, { dy: [601, 197], y: [601, 197] }, {}],
  [
    'momentum',
    momentum,
    { param: [99_999], gradient: [99_999], velocity: [99_999], lr: [] },
    { momentum: 0.9, weightDecay: 0.1, dampening: 0.2, nesterov: true },
  ],
  [
    'adam',
    adam,
    { param: [99_999], gradient: [99_999], mean: [99_999], squares: [99_999], lr: [], factor: [], smallest: [] },
    { beta1: 0.9, beta2: 0.999, weightDecay: 0.1, decoupled: true },
  ],
]

test.each(CASES)('%s gives the same bits on any number of threads', async (_, kernel, inputs, attributes) => {
  const [one, two, three] = await Promise.all([1, 2, 3].map((threads) => compute(threads, kernel, inputs, attributes)))
  expect(one?.some((value) => value !== 0 && Number.isFinite(value))).toBe(true)
  expect(two).toEqual(one)
  expect(three).toEqual(one)
})

test('a job that fails on a worker or on this thread is an error, and the team works on', async () => {
  const backend = fakeBackend()
  await attachKernels(backend, 2)
  const far: WasmKernel<unknown> = (call) => {
    call.run(
      'activation',
      Array.from({ length: 8 }, () => [0, 0x7fff0000, 0x7fff0000, 1 << 16, 0, 0]),
    )
    return call.output([1])
  }
  expect(() => toKernelFunc(far)({ inputs: {}, backend, attrs: {} })).toThrow()
  const values = await compute(
    2,
    activation as WasmKernel<unknown>,
    { x: [99_999] },
    { kind: 'relu', slope: 0, offset: 0 },
  )
  expect(values.length).toBe(99_999)
})

test('a module without a memory of its own stays as it is', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  expect(shareMemory(empty)).toBe(empty)
  const before = WebAssembly.instantiate
  await expect(withSharedMemory(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(WebAssembly.instantiate).toBe(before)
})

test('a program ends by itself while workers sleep', () => {
  const program = `
    const { Worker } = require('node:worker_threads')
    const shared = new SharedArrayBuffer(1024)
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const compiled = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
    import(process.argv[1]).then(({ WORKER }) => {
      new Worker(WORKER, { eval: true, workerData: { compiled, memory, shared, names: [], thread: 1 } }).unref()
      setTimeout(() => console.log('end'), 300)
    })`
  const worker = `data:text/javascript,export const WORKER = ${encodeURIComponent(JSON.stringify(WORKER))}`
  expect(execFileSync(process.execPath, ['-e', program, worker], { timeout: 20_000, encoding: 'utf8' })).toBe('end\n')
})

async function compute(threads: number, kernel: WasmKernel<unknown>, inputs: Inputs, attrs: object): Promise<number[]> {
  const backend = fakeBackend()
  await attachKernels(backend, threads)
  const rng = createRng(1)
  const given = Object.entries(inputs).map(([name, shape]) => {
    const info = backend.makeOutput([...shape], 'float32')
    const { memoryOffset } = backend.dataIdMap.get(info.dataId)
    const low = name === 'variance' ? 0.5 : name === 'squares' ? 0 : -1
    const values = new Float32Array(
      backend.wasm.wasmMemory.buffer,
      memoryOffset,
      shape.reduce((a, b) => a * b, 1),
    )
    // Few different values where one input says which of another is the largest.
    const steps = 'y' in inputs && 'x' in inputs ? 4 : 2 ** 24
    for (let i = 0; i < values.length; i++) values[i] = Math.round(rng.uniform(low, 1) * steps) / steps
    return [name, info] as const
  })
  const result = toKernelFunc(kernel)({ inputs: Object.fromEntries(given), backend, attrs: attrs as never })
  return [result].flat().flatMap(({ dataId, shape }) => {
    const { memoryOffset } = backend.dataIdMap.get(dataId)
    return [
      ...new Float32Array(
        backend.wasm.wasmMemory.buffer,
        memoryOffset,
        shape.reduce((a, b) => a * b, 1),
      ),
    ]
  })
}

/** A backend that never frees, on memory that threads may share. */
function fakeBackend(): WasmBackend & { readonly wasm: { readonly wasmMemory: WebAssembly.Memory } } {
  const wasmMemory = new WebAssembly.Memory({ initial: 2048, maximum: 65_536, shared: true })
  const places = new WeakMap<object, number>()
  let end = 1024
  return {
    wasm: { wasmMemory },
    dataIdMap: { get: (dataId) => ({ memoryOffset: places.get(dataId) ?? 0 }) },
    makeOutput(shape, dtype): TensorInfo {
      const dataId = {}
      places.set(dataId, end)
      end += 64 * Math.ceil(shape.reduce((a, b) => a * b, 1) / 16)
      return { dataId, shape, dtype }
    },
    disposeData: () => true,
    incRef: () => {},
    typedArrayFromHeap: () => new Float32Array(),
  }
}

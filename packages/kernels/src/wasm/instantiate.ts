import { ClasError } from '@clas/core'
import { relaxedSimd, simd } from './binary.ts'

/** The functions of the module; those that return nothing do so in spite of the type. */
export type KernelModule = Readonly<
  Record<
    | 'activation'
    | 'activationGradient'
    | 'activationGradientPart'
    | 'activationGradientPartScratch'
    | 'adamStep'
    | 'addParts'
    | 'affine'
    | 'attention'
    | 'attentionGradient'
    | 'attentionGradientScratch'
    | 'attentionScratch'
    | 'averagePool'
    | 'averagePoolGradient'
    | 'batchNormGradientFactors'
    | 'batchNormGradientPart'
    | 'batchNormGradientRows'
    | 'batchNormMoments'
    | 'batchNormPart'
    | 'batchNormScale'
    | 'batchNormScratch'
    | 'binary'
    | 'binaryGroups'
    | 'channelSumPart'
    | 'channelSumTotal'
    | 'columnScratch'
    | 'conv'
    | 'convFilterGradient'
    | 'convFilterGradientScratch'
    | 'convInputGradient'
    | 'convInputGradientScratch'
    | 'convScratch'
    | 'copyBlocks'
    | 'depthwise'
    | 'depthwiseFilterGradientPart'
    | 'depthwiseFilterGradientTotal'
    | 'depthwiseInputGradient'
    | 'depthwiseScratch'
    | 'gemmScratch'
    | 'groupSums'
    | 'grouped'
    | 'groupedFilterGradient'
    | 'groupedFilterScratch'
    | 'groupedFilterSize'
    | 'groupedInputGradient'
    | 'groupedInputScratch'
    | 'groupedScratch'
    | 'layerNorm'
    | 'layerNormGradientPart'
    | 'layerNormGradientTotal'
    | 'layerNormScratch'
    | 'matMul'
    | 'maxPool'
    | 'maxPoolGradient'
    | 'momentumStep'
    | 'normalize'
    | 'normalizeActivation'
    | 'oneHotBool'
    | 'oneHotFloat'
    | 'oneHotInt'
    | 'packGroupedFilter'
    | 'resizeBilinear'
    | 'resizeBilinearGradient'
    | 'rowSums'
    | 'segmentSum'
    | 'softmax'
    | 'softmaxCrossEntropy'
    | 'softmaxCrossEntropyGradient'
    | 'softmaxGradient'
    | 'turnGradient'
    | 'winogradConv'
    | 'winogradConvScratch'
    | 'winogradFilter'
    | 'winogradFilterGradientPart'
    | 'winogradFilterGradientScratch'
    | 'winogradFilterGradientTotal'
    | 'winogradFilterGradientTotalScratch'
    | 'winogradFilterScratch'
    | 'winogradFilterSize'
    | 'winogradSums',
    (...values: readonly number[]) => number
  >
>

/** The import of the memory: 'memory', a memory, with a maximum. */
const MEMORY_IMPORT = [0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x01]

const compiled = new Map<boolean, Promise<WebAssembly.Module>>()

/** Compiles the fastest variant that this machine runs, once for each kind of memory. */
export function compileKernels(memory: WebAssembly.Memory): Promise<WebAssembly.Module> {
  const shared = isShared(memory)
  let module = compiled.get(shared)
  if (!module) {
    module = WebAssembly.compile(chooseBinary(shared))
    compiled.set(shared, module)
  }
  return module
}

/** Makes the functions of a compiled module work on that memory. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelModule {
  const instance = new WebAssembly.Instance(module, { env: { memory } })
  return instance.exports as unknown as KernelModule
}

/** Whether other threads may work on that memory. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
}

function chooseBinary(shared: boolean): BufferSource {
  const relaxed = decode(relaxedSimd, shared)
  if (WebAssembly.validate(relaxed) || (allowRelaxedSimd() && WebAssembly.validate(relaxed))) return relaxed
  const plain = decode(simd, shared)
  if (WebAssembly.validate(plain)) return plain
  throw new ClasError(
    'backend-unavailable',
    'this machine runs no WebAssembly with SIMD, which the wasm kernels need; use another backend',
    { shared },
  )
}

/** Node 20 knows relaxed SIMD but has it behind a flag, which may be set while it runs. */
function allowRelaxedSimd(): boolean {
  try {
    // Not an import: bundlers for browsers would try to resolve it.
    const v8 = globalThis.process?.getBuiltinModule?.('node:v8')
    v8?.setFlagsFromString('--experimental-wasm-relaxed-simd')
    return v8 !== undefined
  } catch {
    return false
  }
}

function decode(text: string, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  if (shared) {
    // A module says of the memory that it imports whether that is shared: one bit, all else is alike.
    const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte))
    bytes[at + MEMORY_IMPORT.length - 1] = 0x03
  }
  return bytes
}

import {
  Add,
  AvgPoolGrad,
  BatchMatMul,
  Cast,
  type CastAttrs,
  Concat,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  getKernel,
  Identity,
  type KernelFunc,
  MaxPoolGrad,
  Multiply,
  OneHot,
  PadV2,
  RealDiv,
  Slice,
  SplitV,
  Sub,
  Sum,
  type SumAttrs,
  type TensorInfo,
  Transpose,
  UnsortedSegmentSum,
} from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'
import { registerKernels, replaceKernel } from '../register-kernels.ts'
import { activation, activationGradient } from './activation.ts'
import { attention, attentionGradient } from './attention.ts'
import { attachKernels, type WasmBackend } from './backend.ts'
import { either, toKernelFunc } from './call.ts'
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts'
import { concat, ofFourBytes, pad, slice, split, transpose } from './copies.ts'
import { binary, isSumOfRowsOrColumns, rowsOf, sum } from './elementwise.ts'
import { areGroups, groupBinary, groupSum, isSumInGroups } from './groups.ts'
import { matMul } from './mat-mul.ts'
import { affine, batchNorm, batchNormGradient, channelSum, layerNorm, layerNormGradient } from './norm.ts'
import { adam, momentum } from './optimizer-steps.ts'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.ts'
import { registerWasmCompiler } from './program/compiler.ts'
import { resizeBilinear, resizeBilinearGradient } from './resize.ts'
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax.ts'
import {
  avgPoolGrad,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  maxPoolGrad,
  oneHot,
  unsortedSegmentSum,
} from './tfjs-kernels.ts'

const CONTRACT: Readonly<Record<KernelName | OptionalKernelName, KernelFunc>> = {
  ClasConv2D: toKernelFunc(conv2d),
  ClasConv2DInputGradient: toKernelFunc(conv2dInputGradient),
  ClasConv2DFilterGradient: toKernelFunc(conv2dFilterGradient),
  ClasChannelSum: toKernelFunc(channelSum),
  ClasMaxPool: toKernelFunc(maxPool),
  ClasMaxPoolGradient: toKernelFunc(maxPoolGradient),
  ClasAveragePool: toKernelFunc(averagePool),
  ClasAveragePoolGradient: toKernelFunc(averagePoolGradient),
  ClasResizeBilinear: toKernelFunc(resizeBilinear),
  ClasResizeBilinearGradient: toKernelFunc(resizeBilinearGradient),
  ClasBatchNorm: toKernelFunc(batchNorm),
  ClasBatchNormGradient: toKernelFunc(batchNormGradient),
  ClasAffine: toKernelFunc(affine),
  ClasLayerNorm: toKernelFunc(layerNorm),
  ClasLayerNormGradient: toKernelFunc(layerNormGradient),
  ClasActivation: toKernelFunc(activation),
  ClasActivationGradient: toKernelFunc(activationGradient),
  ClasSoftmax: toKernelFunc(softmax),
  ClasSoftmaxGradient: toKernelFunc(softmaxGradient),
  ClasSoftmaxCrossEntropy: toKernelFunc(softmaxCrossEntropy),
  ClasSoftmaxCrossEntropyGradient: toKernelFunc(softmaxCrossEntropyGradient),
  ClasMatMul: toKernelFunc(matMul),
  ClasAttention: toKernelFunc(attention),
  ClasAttentionGradient: toKernelFunc(attentionGradient),
  ClasMomentum: toKernelFunc(momentum),
  ClasAdam: toKernelFunc(adam),
}

/** Kernels that tfjs lacks on wasm, or that are wrong or slow there: with these its own operations train too. */
const OF_TFJS: Readonly<Record<string, KernelFunc>> = {
  [Conv2DBackpropInput]: toKernelFunc(conv2dBackpropInput),
  [Conv2DBackpropFilter]: toKernelFunc(conv2dBackpropFilter),
  [DepthwiseConv2dNativeBackpropInput]: toKernelFunc(depthwiseBackpropInput),
  [DepthwiseConv2dNativeBackpropFilter]: toKernelFunc(depthwiseBackpropFilter),
  [MaxPoolGrad]: toKernelFunc(maxPoolGrad),
  [AvgPoolGrad]: toKernelFunc(avgPoolGrad),
  [UnsortedSegmentSum]: toKernelFunc(unsortedSegmentSum),
  // That of tfjs writes integers of four bytes whatever the dtype.
  [OneHot]: toKernelFunc(oneHot),
  // That of tfjs copies: every tensor that is saved for its gradient would lie in memory twice.
  [Identity]: shareData,
}

/** Gives the same data under another tensor. */
function shareData({ inputs, backend }: Parameters<KernelFunc>[0]): TensorInfo {
  const { dataId, shape, dtype } = inputs.x as TensorInfo
  ;(backend as WasmBackend).incRef(dataId)
  return { dataId, shape, dtype }
}

/** Which calls of a kernel are ours; the others are left to the kernel that was there. */
type Meant = (inputs: readonly TensorInfo[], attributes: unknown) => boolean

const areFloats: Meant = (inputs) => inputs.every(({ dtype }) => dtype === 'float32')
const areRows: Meant = (inputs) => {
  const [a, b] = inputs as [TensorInfo, TensorInfo]
  return areFloats(inputs, {}) && rowsOf(a.shape, b.shape) !== undefined
}

const isSumOfFloats: Meant = (inputs, attributes) =>
  areFloats(inputs, {}) && isSumOfRowsOrColumns(inputs[0]?.shape.length ?? 0, (attributes as SumAttrs).axis)

/** Kernels of tfjs that are slow for some inputs; the first that is meant is taken. */
const FOR_SOME: Readonly<Record<string, readonly (readonly [KernelFunc, Meant])[]>> = {
  [BatchMatMul]: [[toKernelFunc(matMul), areFloats]],
  [Transpose]: [[toKernelFunc(transpose), ofFourBytes]],
  [Slice]: [[toKernelFunc(slice), ofFourBytes]],
  [SplitV]: [[toKernelFunc(split), ofFourBytes]],
  [Concat]: [[toKernelFunc(concat), ofFourBytes]],
  [PadV2]: [[toKernelFunc(pad), ofFourBytes]],
  [Add]: both(0),
  [Sub]: both(1),
  [Multiply]: both(2),
  [RealDiv]: both(3),
  [Sum]: [
    [toKernelFunc(sum), isSumOfFloats],
    [toKernelFunc(groupSum), isSumInGroups],
  ],
  // That of tfjs copies to the same type too.
  [Cast]: [[shareData, ([x], attributes) => x?.dtype === (attributes as CastAttrs).dtype]],
}

function both(kind: 0 | 1 | 2 | 3): [KernelFunc, Meant][] {
  return [
    [toKernelFunc(binary(kind)), areRows],
    [toKernelFunc(groupBinary(kind)), areGroups],
  ]
}

/**
 * Gives the backend `wasm` every kernel of the contract, and better ones for some of tfjs' own. Does nothing the second
 * time.
 *
 * @param backend - that of @tensorflow/tfjs-backend-wasm
 * @param threads - at least 1; one where its memory is not shared
 * @throws `backend-not-ready` when it is another, `backend-unavailable` when the machine has no SIMD
 */
export async function registerWasmKernels(backend: unknown, threads = 1): Promise<void> {
  await attachKernels(backend, threads)
  if (getKernel('ClasMatMul', 'wasm')) return
  registerWasmCompiler()
  registerKernels('wasm', CONTRACT)
  for (const [kernelName, kernelFunc] of Object.entries(OF_TFJS)) replaceKernel('wasm', kernelName, () => kernelFunc)
  for (const [kernelName, choices] of Object.entries(FOR_SOME)) {
    for (const [kernelFunc, meant] of choices.toReversed()) {
      replaceKernel('wasm', kernelName, (original) => (original ? either(kernelFunc, original, meant) : kernelFunc))
    }
  }
}

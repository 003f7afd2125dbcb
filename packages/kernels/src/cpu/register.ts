import {
  AvgPoolGrad,
  getKernel,
  type KernelFunc,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'
import { replaceKernel } from '../register-kernels.ts'
import { type PoolSteps, poolAttributes } from '../tfjs-attributes.ts'
import { activation, activationGradient } from './activation.ts'
import type { NdArray, ReferenceKernel } from './array.ts'
import { affine, channelSum } from './channels.ts'
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts'
import { matMul } from './mat-mul.ts'
import { batchNorm, batchNormGradient, layerNorm, layerNormGradient } from './norm.ts'
import { adam, momentum } from './optimizer-steps.ts'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.ts'
import { resizeBilinear, resizeBilinearGradient } from './resize.ts'
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax.ts'

const REFERENCE: Readonly<Record<KernelName, ReferenceKernel> & Partial<Record<OptionalKernelName, ReferenceKernel>>> =
  {
    ClasConv2D: conv2d,
    ClasConv2DInputGradient: conv2dInputGradient,
    ClasConv2DFilterGradient: conv2dFilterGradient,
    ClasChannelSum: channelSum,
    ClasMaxPool: maxPool,
    ClasMaxPoolGradient: maxPoolGradient,
    ClasAveragePool: averagePool,
    ClasAveragePoolGradient: averagePoolGradient,
    ClasResizeBilinear: resizeBilinear,
    ClasResizeBilinearGradient: resizeBilinearGradient,
    ClasBatchNorm: batchNorm,
    ClasBatchNormGradient: batchNormGradient,
    ClasAffine: affine,
    ClasLayerNorm: layerNorm,
    ClasLayerNormGradient: layerNormGradient,
    ClasActivation: activation,
    ClasActivationGradient: activationGradient,
    ClasSoftmax: softmax,
    ClasSoftmaxGradient: softmaxGradient,
    ClasSoftmaxCrossEntropy: softmaxCrossEntropy,
    ClasSoftmaxCrossEntropyGradient: softmaxCrossEntropyGradient,
    ClasMatMul: matMul,
    ClasMomentum: momentum,
    ClasAdam: adam,
  }

/**
 * Gives the backend `cpu` every kernel of the contract as plain loops, and a right `AvgPoolGrad`. Does nothing the second
 * time.
 *
 * @param backend - that of @tensorflow/tfjs-backend-cpu
 */
export function registerCpuKernels(backend: object): void {
  // Else the backend prints a banner for another package; the reasons of `useBackend` say what was chosen.
  ;(backend as { firstUse?: boolean }).firstUse = false
  if (getKernel('ClasMatMul', 'cpu')) return
  for (const [kernelName, reference] of Object.entries(REFERENCE)) {
    registerKernel({ kernelName, backendName: 'cpu', kernelFunc: asKernel(reference) })
  }
  // That of tfjs divides by the whole window where its forward pass leaves the padding out.
  replaceKernel('cpu', AvgPoolGrad, () => asKernel(tfjsAvgPoolGrad))
}

const tfjsAvgPoolGrad: ReferenceKernel = (inputs, attributes) => {
  const steps = attributes as PoolSteps
  const { dy, input } = inputs as { dy: NdArray; input: NdArray }
  return averagePoolGradient({ dy }, { ...poolAttributes(input.shape, steps), inputShape: input.shape })
}

/** What is used of the backend of @tensorflow/tfjs-backend-cpu. */
interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array } }
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo
}

function asKernel(reference: ReferenceKernel): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const cpu = backend as CpuBackend
    const outputs = reference(readAll(cpu, inputs), attrs)
    const infos = outputs.map(({ shape, values }) => cpu.makeTensorInfo([...shape], 'float32', values))
    return infos.length === 1 ? (infos[0] as TensorInfo) : infos
  }
}

function readAll(cpu: CpuBackend, inputs: NamedTensorInfoMap): Record<string, NdArray> {
  const arrays: Record<string, NdArray> = {}
  for (const [name, info] of Object.entries(inputs)) {
    if (info) arrays[name] = { shape: info.shape, values: cpu.data.get(info.dataId).values }
  }
  return arrays
}

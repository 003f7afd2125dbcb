import type { ConvAttributes, KernelName } from '@clas/kernels'
import {
  dispose,
  type NamedTensorMap,
  ones,
  randomUniform,
  type Tensor,
  type TensorInfo,
  engine as tfjs,
} from '@tensorflow/tfjs-core'
import { start } from './clas-interface.ts'
import type { Answer, KernelsJob, Measured } from './engines.ts'
import type { KernelCase } from './kernels.ts'
import { time } from './timing.ts'

/** Calls kernels by name, as the operations and gradients do, and nothing around them. */
export async function measureKernels({
  engine,
  cases,
  runs,
  seconds,
}: KernelsJob): Promise<readonly Answer<Measured>[]> {
  await start(engine)
  const answers: Answer<Measured>[] = []
  for (const measured of cases) answers.push(await measureKernel(measured, runs, seconds))
  return answers
}

async function measureKernel(measured: KernelCase, runs: number, seconds: number): Promise<Answer<Measured>> {
  tfjs().startScope()
  try {
    const { kernel, inputs, attributes } = prepare(measured)
    const call = (): void => dispose(tfjs().runKernel(kernel, inputs, attributes as never) as Tensor | Tensor[])
    return { value: await time(call, { runs, seconds, warmUp: 3 }) }
  } catch (error) {
    return { unavailable: (error as Error).message }
  } finally {
    tfjs().endScope()
  }
}

interface Call {
  readonly kernel: KernelName
  readonly inputs: NamedTensorMap
  readonly attributes: object
}

function prepare(measured: KernelCase): Call {
  switch (measured.op) {
    case 'matMul':
      return matMul(measured)
    case 'conv':
      return convolution(measured)
    case 'batchNorm':
      return normalisation(measured, 'ClasBatchNorm')
    case 'layerNorm':
      return normalisation(measured, 'ClasLayerNorm')
    case 'softmax':
      return softmax(measured)
    case 'gelu':
      return gelu(measured)
  }
}

const random = (shape: readonly number[]): Tensor => randomUniform([...shape], -1, 1, 'float32', 1)

function matMul({ x, w = [], transposeA = false, transposeB = false }: KernelCase): Call {
  return { kernel: 'ClasMatMul', inputs: { a: random(x), b: random(w) }, attributes: { transposeA, transposeB } }
}

function convolution({ pass, x, w = [], stride = 1, pad = 0, dilation = 1, groups = 1 }: KernelCase): Call {
  const attributes: ConvAttributes = {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [dilation, dilation],
    groups,
  }
  const inputs = { x: random(x), filter: random(w) }
  if (pass === 'forward') return { kernel: 'ClasConv2D', inputs, attributes }
  const y = tfjs().runKernel('ClasConv2D', inputs, attributes as never) as TensorInfo
  const dy = random(y.shape)
  if (pass === 'input gradient') {
    const { filter } = inputs
    return { kernel: 'ClasConv2DInputGradient', inputs: { dy, filter }, attributes: { ...attributes, inputShape: x } }
  }
  return {
    kernel: 'ClasConv2DFilterGradient',
    inputs: { x: inputs.x, dy },
    attributes: { ...attributes, filterShape: w },
  }
}

function normalisation({ pass, x: shape }: KernelCase, kernel: 'ClasBatchNorm' | 'ClasLayerNorm'): Call {
  const channels = shape.at(-1) as number
  const [x, gamma, beta] = [random(shape), random([channels]), random([channels])]
  const attributes = { epsilon: 1e-5 }
  if (pass === 'forward') return { kernel, inputs: { x, gamma, beta }, attributes }
  const statistics = kernel === 'ClasBatchNorm' ? channels : shape.slice(0, -1).reduce((rows, length) => rows * length)
  const [mean, variance] = [random([statistics]), ones([statistics])]
  return { kernel: `${kernel}Gradient`, inputs: { dy: random(shape), x, gamma, mean, variance }, attributes }
}

function softmax({ pass, x }: KernelCase): Call {
  if (pass === 'forward') return { kernel: 'ClasSoftmax', inputs: { x: random(x) }, attributes: {} }
  return { kernel: 'ClasSoftmaxGradient', inputs: { dy: random(x), y: random(x) }, attributes: {} }
}

function gelu({ pass, x }: KernelCase): Call {
  const attributes = { kind: 'gelu', slope: 0, offset: 0 }
  if (pass === 'forward') return { kernel: 'ClasActivation', inputs: { x: random(x) }, attributes }
  return { kernel: 'ClasActivationGradient', inputs: { dy: random(x), x: random(x) }, attributes }
}

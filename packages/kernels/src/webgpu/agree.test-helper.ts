import { type ArrayRecord, createRng, type Tensors, valueAndGradients } from '@clas/core'
import { expectClose, type Tolerance } from '@clas/testkit'
import { dispose, mul, type Scalar, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { type BackendName, useBackend } from '../use-backend.ts'

/**
 * Throws unless a function gives the same output, and the same gradients of a random projection of it, on webgpu as on
 * cpu. As `expectAgreement` of testkit, but waits for what it reads, as webgpu demands.
 */
export async function expectWebgpuAgrees(
  f: (inputs: Tensors) => Tensor,
  inputs: Readonly<Record<string, ArrayRecord>>,
  tolerance: Tolerance,
): Promise<void> {
  const expected = await runOn('cpu', f, inputs)
  const found = await runOn('webgpu', f, inputs)
  for (const [name, { shape, data }] of Object.entries(expected)) {
    const other = found[name]
    try {
      if (String(other?.shape) !== String(shape)) throw new Error(`expected [${shape}], found [${other?.shape}]`)
      expectClose(other?.data ?? [], data, tolerance)
    } catch (error) {
      throw new Error(`${name} of shape [${shape}] on webgpu: ${(error as Error).message}`)
    }
  }
}

async function runOn(
  backend: BackendName,
  f: (inputs: Tensors) => Tensor,
  inputs: Readonly<Record<string, ArrayRecord>>,
): Promise<Record<string, ArrayRecord>> {
  await useBackend(backend)
  const tensors: Record<string, Tensor> = {}
  for (const [name, { shape, data }] of Object.entries(inputs)) tensors[name] = tensor(data, [...shape], 'float32')
  const rng = createRng(7)
  const { loss, y, gradients } = valueAndGradients((moved) => {
    const y = f(moved)
    const weights = Float32Array.from({ length: y.size }, () => rng.uniform(-1, 1))
    return { loss: sum(mul(y, tensor(weights, y.shape, 'float32'))) as Scalar, y }
  }, tensors)
  const results: Record<string, ArrayRecord> = { output: await read(y) }
  for (const [name, gradient] of Object.entries(gradients)) results[`the gradient of ${name}`] = await read(gradient)
  dispose([loss, y, tensors, { ...gradients }])
  return results
}

async function read(value: Tensor): Promise<ArrayRecord> {
  return { shape: value.shape, data: Float32Array.from(await value.data()) }
}

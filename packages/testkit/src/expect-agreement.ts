import { type ArrayRecord, createRng, type Tensors, valueAndGradients } from '@clas/core'
import type { BackendName } from '@clas/kernels'
import { dispose, mul, type Scalar, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expectClose, type Tolerance } from './expect-close.ts'
import { forEachBackend } from './for-each-backend.ts'

/**
 * Throws unless a function gives the same output, and the same gradients of a random projection of it, on every
 * backend.
 *
 * @param names - of backends; the first is the reference
 * @param f - maps the inputs to a tensor of any shape
 * @param inputs - by name, float32; all are differentiated
 * @param tolerance - of outputs and gradients
 */
export async function expectAgreement(
  names: readonly BackendName[],
  f: (inputs: Tensors) => Tensor,
  inputs: Readonly<Record<string, ArrayRecord>>,
  tolerance: Tolerance,
): Promise<void> {
  const [expected, ...others] = await forEachBackend(names, () => run(f, inputs))
  others.forEach((found, i) => {
    for (const [name, { shape, data }] of Object.entries(expected ?? {})) {
      const other = found[name]
      try {
        if (String(other?.shape) !== String(shape)) throw new Error(`expected [${shape}], found [${other?.shape}]`)
        expectClose(other?.data ?? [], data, tolerance)
      } catch (error) {
        throw new Error(`${name} on ${names[i + 1]} against ${names[0]}: ${(error as Error).message}`)
      }
    }
  })
}

async function run(
  f: (inputs: Tensors) => Tensor,
  inputs: Readonly<Record<string, ArrayRecord>>,
): Promise<Record<string, ArrayRecord>> {
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

/** Waits: on webgpu values can't be had at once. */
async function read(value: Tensor): Promise<ArrayRecord> {
  return { shape: value.shape, data: Float32Array.from(await value.data()) }
}

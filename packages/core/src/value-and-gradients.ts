import { engine, keep, type Scalar, Tensor } from '@tensorflow/tfjs-core'
import { ClasError } from './errors.ts'
import { differentiate } from './tape.ts'
import type { Tensors } from './tensors.ts'

/** What a function to differentiate returns: its loss, and whatever else the caller wants of the same pass. */
export interface Differentiable {
  /** The scalar to differentiate. */
  readonly loss: Scalar
}

/**
 * Runs `f` once and differentiates its loss with respect to every parameter of the record. The result is what `f`
 * returned, with `gradients`, all of it the caller's. A parameter that the loss does not depend on has no gradient.
 * Nothing is kept of what does not depend on the parameters, and the rest is freed as the backward pass is over it.
 *
 * @param f - maps the parameters to `{ loss, … }`; the loss is a scalar
 * @param params - float32 tensors by path
 * @throws `shape-mismatch` when the loss is not a scalar
 * @example
 * ```ts
 * import { valueAndGradients } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { scalar, square, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const { loss, gradients } = valueAndGradients(({ w }) => ({ loss: square(w as Tensor) as Scalar }), { w: scalar(3) })
 * console.log(loss.dataSync()[0], gradients.w?.dataSync()[0]) // 9 6
 * ```
 */
export function valueAndGradients<R extends Differentiable>(
  f: (params: Tensors) => R,
  params: Tensors,
): R & { readonly gradients: Tensors } {
  const paths = Object.keys(params)
  const firstId = (engine() as unknown as { nextTensorId(): number }).nextTensorId()
  let result: R | undefined
  const forward = (): Scalar => {
    const returned = f(params)
    const { loss } = returned
    if (loss.rank !== 0) {
      throw new ClasError('shape-mismatch', `the loss must be a scalar, found the shape [${loss.shape}]`, {
        shape: loss.shape,
      })
    }
    forEachTensor(returned, keep)
    result = returned
    return loss
  }
  let found: readonly (Tensor | undefined)[]
  try {
    const xs = paths.map((path) => params[path] as Tensor)
    found = differentiate(forward, xs).gradients
  } catch (error) {
    // What was there before the pass is somebody else's: buffers that are handed on.
    forEachTensor(result, (tensor) => void (tensor.id > firstId && tensor.dispose()))
    throw error
  }
  const gradients: Record<string, Tensor> = {}
  paths.forEach((path, i) => {
    const gradient = found[i]
    if (gradient) gradients[path] = gradient
  })
  return { ...(result as R), gradients }
}

function forEachTensor(value: unknown, act: (tensor: Tensor) => unknown): void {
  if (value instanceof Tensor) act(value)
  else if (Array.isArray(value)) for (const item of value) forEachTensor(item, act)
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) forEachTensor(item, act)
  }
}

import { engine, keep, type Scalar, Tensor, type TensorContainer } from '@tensorflow/tfjs-core'
import './gradients.ts'
import { ClasError } from './errors.ts'
import type { Tensors } from './tensors.ts'

/** What a function to differentiate returns: its loss, and whatever else the caller wants of the same pass. */
export interface Differentiable {
  /** The scalar to differentiate. */
  readonly loss: Scalar
}

/**
 * Runs `f` once and differentiates its loss with respect to every parameter of the record. The result is what `f`
 * returned, with `gradients`, all of it the caller's. A parameter that the loss does not depend on has no gradient.
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
  let result: R | undefined
  const { value, grads } = engine().gradients(
    () => {
      result = f(params)
      keepAll(result)
      if (result.loss.rank !== 0) {
        throw new ClasError('shape-mismatch', `the loss must be a scalar, found the shape [${result.loss.shape}]`, {
          shape: result.loss.shape,
        })
      }
      return result.loss
    },
    paths.map((path) => params[path] as Tensor),
    undefined,
    true,
  )
  const gradients: Record<string, Tensor> = {}
  paths.forEach((path, i) => {
    const gradient = grads[i]
    if (gradient) gradients[path] = gradient
  })
  return { ...(result as R), loss: value as Scalar, gradients }
}

function keepAll(value: unknown): void {
  if (value instanceof Tensor) keep(value)
  else if (Array.isArray(value)) value.forEach(keepAll)
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    Object.values(value as Record<string, TensorContainer>).forEach(keepAll)
  }
}

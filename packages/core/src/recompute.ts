import { customGrad, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import { differentiate, isDifferentiated } from './tape.ts'
import type { Tensors } from './tensors.ts'

/**
 * Runs `f` without keeping its intermediate results for the backward pass, which runs `f` again when it gets there. The
 * numbers and the gradients are the same, the memory is that of the inputs, and the forward pass is computed twice.
 * Where nothing is differentiated it is `f(inputs)`.
 *
 * Chen et al., Training deep nets with sublinear memory cost (2016).
 *
 * @param f - computes a tensor of the tensors it is given, and the same each time; the second time those are copies
 * @param inputs - all tensors that gradients flow through, and all that may be freed before the backward pass
 * @example
 * ```ts
 * import { recompute, type Tensors, valueAndGradients } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { exp, type Scalar, sin, sum, tensor1d, type Tensor } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const layer = ({ w }: Tensors) => exp(sin(w as Tensor))
 * const { gradients } = valueAndGradients(({ w }) => ({ loss: sum(recompute(layer, { w: w as Tensor })) as Scalar }), {
 *   w: tensor1d([1, 2]),
 * })
 * console.log(gradients.w?.dataSync()) // exp(sin(w)) cos(w)
 * ```
 */
export function recompute(f: (inputs: Tensors) => Tensor, inputs: Tensors): Tensor {
  const paths = Object.keys(inputs)
  const moved = paths.filter((path) => isDifferentiated(inputs[path] as Tensor))
  if (moved.length === 0) return f(inputs)
  const operation = customGrad((...all) => {
    const save = all.at(-1) as unknown as (tensors: Tensor[]) => void
    const value = f(inputs)
    save(Object.values(inputs))
    const gradFunc = (dy: Tensor | Tensor[], saved: Tensor[]): Tensor[] => {
      const again: Tensors = Object.fromEntries(paths.map((path, i) => [path, saved[i] as Tensor]))
      const xs = moved.map((path) => again[path] as Tensor)
      const { gradients } = differentiate(() => f(again), xs, { dy: dy as Tensor, discard: true })
      return gradients.map((gradient, i) => gradient ?? zerosLike(xs[i] as Tensor))
    }
    return { value, gradFunc }
  })
  return operation(...moved.map((path) => inputs[path] as Tensor))
}

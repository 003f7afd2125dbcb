import { getGradient, registerGradient, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Repairs the gradient of tfjs' own `matMul` where batch axes are broadcast: tfjs forgets to sum over them and stops
 * with an error. Does nothing where the gradients of tfjs are not registered.
 */
export function repairBatchMatMulGradient(): void {
  const original = getGradient('BatchMatMul')
  if (!original) return
  registerGradient({
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const gradients = original.gradFunc(dy, saved, attributes)
      const [a, b] = saved as [Tensor, Tensor]
      return {
        a: () => sumTo((gradients.a as () => Tensor)(), a.shape),
        b: () => sumTo((gradients.b as () => Tensor)(), b.shape),
      }
    },
  })
}

/** Sums over the axes that broadcasting added or stretched from 1. */
function sumTo(tensor: Tensor, shape: readonly number[]): Tensor {
  const added = tensor.rank - shape.length
  const axes = tensor.shape.flatMap((length, i) => (i < added || (shape[i - added] === 1 && length !== 1) ? [i] : []))
  return axes.length === 0 ? tensor : reshape(sum(tensor, axes), [...shape])
}

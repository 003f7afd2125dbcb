import type { Tensors } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * A record of the results of `f`. Unlike `mapTensors` of core it opens no `tidy` of its own, so that scalars made on the way
 * outlive it and serve the transform's next loop.
 */
export function mapEach(tensors: Tensors, f: (tensor: Tensor, path: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([path, tensor]) => [path, f(tensor, path)]))
}
